/** What the verification of states answers, as the command line reads and shows it. */

export interface VerifiedKey {
  readonly key: string;
  readonly status: 'same' | 'waiting' | 'ahead' | 'older' | 'swept' | 'different';
  readonly differences: readonly { readonly path: string; readonly stored?: unknown; readonly rebuilt?: unknown }[];
  /** How many of its events the stream does not hold any more. */
  readonly events?: number;
  readonly damage?: string;
  readonly repairable: boolean;
  readonly repaired: boolean;
}

export interface StateReport {
  readonly processor: string;
  /** Keys that were looked at. */
  readonly keys: number;
  /** Records of the stream that were read. */
  readonly records: number;
  readonly same: number;
  /** Keys whose first events are still on their way. */
  readonly waiting: number;
  /** Differ only in what a sweeper changes. */
  readonly swept: readonly VerifiedKey[];
  /** Not verifiable from the stream. */
  readonly older: readonly VerifiedKey[];
  readonly different: readonly VerifiedKey[];
  readonly repaired: number;
}

/** A report of what was found out about keys. */
export function stateReport(
  processor: string,
  { verified, records }: { readonly verified: readonly VerifiedKey[]; readonly records: number },
): StateReport {
  const of = (...wanted: readonly VerifiedKey['status'][]) => verified.filter(({ status }) => wanted.includes(status));
  const different = of('different', 'ahead');
  return {
    processor,
    keys: verified.length,
    records,
    same: of('same').length,
    waiting: of('waiting').length,
    swept: of('swept'),
    older: of('older'),
    different,
    repaired: different.filter(({ repaired }) => repaired).length,
  };
}

/** As text, a line for each key that is not as the stream says, and for each field of it. */
export function describeStates(report: StateReport): string {
  const { processor, keys, records, same, waiting, swept, older, different, repaired } = report;
  const left = different.length - repaired;
  return [
    ...different.flatMap(describeDifferent),
    ...older.map(({ key, events }) => `${key}: not verifiable from the stream, ${events} events older`),
    ...swept.map(({ key, differences }) => `${key}: changed by a sweeper (${differences.map(({ path }) => path)})`),
    `${processor}: ${keys} keys, ${records} records; ${same} same, ${waiting} on their way, ${swept.length} swept, ` +
      `${older.length} not verifiable, ${different.length} different${repaired > 0 ? `, ${repaired} repaired` : ''}`,
    ...(left > 0 ? [`${left} ${left === 1 ? 'difference is' : 'differences are'} left`] : []),
  ].join('\n');
}

function describeDifferent({ key, differences, damage, repairable, repaired }: VerifiedKey): string[] {
  const lines = differences.map(
    ({ path, stored, rebuilt }) => `  ${path}: stored ${textOf(stored)}, rebuilt ${textOf(rebuilt)}`,
  );
  const end = repaired ? 'REPAIRED' : repairable ? 'DIFFERENT, can be repaired' : 'DIFFERENT, cannot be repaired';
  return [`${key}: ${end}${damage === undefined ? '' : ` (${damage})`}`, ...lines];
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
