import {
  auditRecords,
  type Difference,
  type Finding,
  type LedgerFate,
  ledgerMinute,
  parseRfc3339,
  type Uncounted,
} from '../../core/index.ts';
import type { RangedRecord } from '../adapters/stream-range-kinesis.ts';

/** What became of records that a processor should have dealt with, by their sequence number. */
export type RecordFates = (hop: string, records: readonly RangedRecord[]) => Promise<ReadonlyMap<string, LedgerFate>>;

export interface RecordsEvidence {
  readonly readRange: (range: {
    shard: string;
    fromMs: number;
    untilMs: number;
  }) => Promise<RangedRecord[] | undefined>;
  readonly fates: RecordFates;
  readonly settledAtMs: number;
}

const MINUTE_MS = 60_000;
/** The stream's clock and the collector's may differ by so much. */
const CLOCKS_DIFFER_MS = 5000;

/** Audits the slots in which a processor counted something else than the collector. Each shard is read once. */
export async function recordsAudit(
  differences: readonly Difference[],
  evidence: RecordsEvidence,
): Promise<{ findings: Finding[]; uncounted: Uncounted }> {
  const findings: Finding[] = [];
  const uncounted = { accepted: 0, applied: 0, duplicate: 0, parked: 0 };
  for (const [shard, ofShard] of Map.groupBy(differences, difference => difference.shard)) {
    const minutes = ofShard.map(({ minute }) => minute);
    const fromMs = Math.min(...minutes) * MINUTE_MS - CLOCKS_DIFFER_MS;
    const inStream = await evidence.readRange({ shard, fromMs, untilMs: Number.POSITIVE_INFINITY });
    for (const difference of ofShard) {
      const records = inStream?.filter(record => isOf(difference, record));
      const fates = records && (await evidence.fates(difference.hop, records));
      const audited = auditRecords({
        difference,
        records: records?.map(({ event, sequence }) => ({
          id: event.id,
          ...(event.acceptance !== undefined && { acceptance: event.acceptance }),
          key: event.subject,
          sequence,
          fate: fates?.get(sequence) ?? 'waiting',
        })),
        isSettled: (difference.minute + 1) * MINUTE_MS <= evidence.settledAtMs,
      });
      findings.push(...audited.findings);
      for (const name of ['accepted', 'applied', 'duplicate', 'parked'] as const) {
        uncounted[name] += audited.uncounted[name];
      }
    }
  }
  return { findings, uncounted };
}

function isOf({ type, minute }: Difference, { event, arrivedAtMs }: RangedRecord): boolean {
  return event.type === type && ledgerMinute(parseRfc3339(event.ingestedtime ?? '') ?? arrivedAtMs) === minute;
}
