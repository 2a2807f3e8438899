import {
  auditRecords,
  type Difference,
  type Finding,
  type LedgerFate,
  ledgerMinute,
  NONE_UNCOUNTED,
  parseRfc3339,
  type Uncounted,
} from '../../core/index.ts';
import type { RangedRecord } from '../adapters/stream-range-kinesis.ts';

/** What became of a record, and the key that its processor has it under. */
export interface FoundFate {
  readonly key: string;
  readonly fate: LedgerFate;
}

export interface AskedRecords {
  readonly records: readonly RangedRecord[];
  /** The ids that stand for more than one of the records that were read. */
  readonly repeated: ReadonlySet<string>;
}

/** What became of records that a processor should have dealt with, by their sequence number. */
export type RecordFates = (hop: string, asked: AskedRecords) => Promise<ReadonlyMap<string, FoundFate>>;

export interface RecordsEvidence {
  readonly readRange: (range: {
    shard: string;
    fromMs: number;
    untilMs: number;
  }) => Promise<RangedRecord[] | undefined>;
  readonly fates: RecordFates;
  readonly settledAtMs: number;
}

const UNCOUNTED = ['accepted', 'applied', 'duplicate', 'parked', 'quarantined'] as const;
const MINUTE_MS = 60_000;
/** The stream's clock and the collector's may differ by so much. */
const CLOCKS_DIFFER_MS = 5000;

/** Audits the slots in which a processor counted something else than the collector. Each shard is read once. */
export async function recordsAudit(
  differences: readonly Difference[],
  evidence: RecordsEvidence,
): Promise<{ findings: Finding[]; uncounted: Uncounted }> {
  const findings: Finding[] = [];
  const uncounted = { ...NONE_UNCOUNTED };
  for (const [shard, ofShard] of Map.groupBy(differences, difference => difference.shard)) {
    const minutes = ofShard.map(({ minute }) => minute);
    const fromMs = Math.min(...minutes) * MINUTE_MS - CLOCKS_DIFFER_MS;
    const inStream = await evidence.readRange({ shard, fromMs, untilMs: Number.POSITIVE_INFINITY });
    const repeated = repeatedIds(inStream ?? []);
    for (const difference of ofShard) {
      const records = inStream?.filter(record => isOf(difference, record));
      const fates = records && (await evidence.fates(difference.hop, { records, repeated }));
      const audited = auditRecords({
        difference,
        records: records?.map(({ event, sequence }) => ({
          id: event.id,
          ...(event.acceptance !== undefined && { acceptance: event.acceptance }),
          sequence,
          ...(fates?.get(sequence) ?? { key: event.subject, fate: 'waiting' }),
        })),
        isSettled: (difference.minute + 1) * MINUTE_MS <= evidence.settledAtMs,
      });
      findings.push(...audited.findings);
      for (const name of UNCOUNTED) {
        uncounted[name] += audited.uncounted[name];
      }
    }
  }
  return { findings, uncounted };
}

function repeatedIds(records: readonly RangedRecord[]): ReadonlySet<string> {
  const once = new Set<string>();
  return new Set(records.flatMap(({ event: { id } }) => (once.size === once.add(id).size ? [id] : [])));
}

function isOf({ type, minute }: Difference, { event, arrivedAtMs }: RangedRecord): boolean {
  return event.type === type && ledgerMinute(parseRfc3339(event.ingestedtime ?? '') ?? arrivedAtMs) === minute;
}
