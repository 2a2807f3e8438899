/** What the reconciler answers, as the command line reads and shows it. */

export interface LedgerFinding {
  readonly status: string;
  readonly explained: boolean;
  readonly hop: string;
  readonly type: string;
  readonly shard: string;
  /** Since the epoch. */
  readonly minute: number;
  readonly count: number;
  readonly id?: string;
  readonly key?: string;
  readonly sequence?: string;
  readonly lastSeen: string;
}

export interface LedgerReport {
  readonly from: string;
  readonly to: string;
  readonly hops: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly explained: readonly LedgerFinding[];
  readonly unexplained: readonly LedgerFinding[];
  readonly unexplainedCount: number;
  readonly uncounted: {
    readonly accepted: number;
    readonly applied: number;
    readonly duplicate: number;
    readonly parked: number;
    readonly quarantined: number;
  };
}

/** When the counts say it all. */
export const NONE_UNCOUNTED: LedgerReport['uncounted'] = {
  accepted: 0,
  applied: 0,
  duplicate: 0,
  parked: 0,
  quarantined: 0,
};

const MINUTE_MS = 60_000;

/** As text: what each hop counted, the differences that are explained, and those that are not. */
export function describeLedger(report: LedgerReport): string {
  const { from, to, hops, explained, unexplained, unexplainedCount } = report;
  const width = Math.max(0, ...Object.keys(hops).map(hop => hop.length));
  const lines = Object.entries(hops).map(([hop, counts]) => `  ${hop.padEnd(width)}  ${describeCounts(counts)}`);
  return [
    `${from} to ${to}`,
    '',
    ...(lines.length > 0 ? lines : ['  nothing was counted']),
    '',
    ...section('explained', explained),
    ...section('UNEXPLAINED', unexplained),
    `${unexplainedCount} unexplained`,
  ].join('\n');
}

function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

function section(title: string, findings: readonly LedgerFinding[]): string[] {
  if (findings.length === 0) return [];
  return [`${title}:`, ...findings.map(finding => `  ${describeFinding(finding)}`), ''];
}

/** One line about one finding. */
export function describeFinding({
  status,
  hop,
  type,
  shard,
  minute,
  count,
  id,
  key,
  sequence,
  lastSeen,
}: LedgerFinding): string {
  const what = id === undefined ? `${count} of ${type}` : `${id} (${type})`;
  const at = new Date(minute * MINUTE_MS).toISOString().slice(0, 16);
  const where = [
    shard === '-' ? '' : ` shard ${shard}`,
    key === undefined ? '' : ` key ${key}`,
    sequence === undefined ? '' : ` sequence ${sequence}`,
  ].join('');
  return `${status} at ${hop}: ${what}, ${at}Z${where}; last seen: ${lastSeen}`;
}
