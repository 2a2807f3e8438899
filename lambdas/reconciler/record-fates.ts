/** What became of records of the stream: what their processor knows of them, and, where that does not tell, the quarantine. */
import type { KnownRecord, LedgerFate, QuarantinedRecord } from '../../core/index.ts';
import { quarantinedRecordId } from '../adapters/quarantine-s3.ts';
import { atOnce } from '../runtime/at-once.ts';
import type { AskedRecords, FoundFate } from './records-audit.ts';

/** By what a record is found in the quarantine. */
export type QuarantinePlace = Pick<QuarantinedRecord, 'id' | 'quarantinedAt'>;

export interface FatesEvidence extends AskedRecords {
  readonly hop: string;
  readonly isQuarantined: (place: QuarantinePlace) => Promise<boolean>;
}

const LOOKUPS_AT_ONCE = 8;

/**
 * The fate of each record that the processor knows, by its sequence number. One whose id came more than once may be known and have
 * been refused: folds remember what they refused as well.
 */
export async function recordFates(
  known: readonly KnownRecord[],
  { hop, records, repeated, isQuarantined }: FatesEvidence,
): Promise<ReadonlyMap<string, FoundFate>> {
  const bySequence = new Map(records.map(record => [record.sequence, record]));
  const placeOf = (sequence: string) => ({
    id: quarantinedRecordId(hop, sequence),
    quarantinedAt: new Date(bySequence.get(sequence)?.arrivedAtMs ?? 0).toISOString(),
  });
  const found = await atOnce(known, LOOKUPS_AT_ONCE, async ({ sequence, key, fate }) => {
    const isDoubtful = fate === 'taken' && repeated.has(bySequence.get(sequence)?.event.id ?? '');
    const mayBeKept = isDoubtful || fate === 'refused' || fate === 'missed';
    const isKept = mayBeKept && (await isQuarantined(placeOf(sequence)));
    return [sequence, { key, fate: isKept ? 'quarantined' : unkept(fate) }] as const;
  });
  return new Map(found);
}

/** What is to be refused and was not kept yet waits for that. */
function unkept(fate: KnownRecord['fate']): LedgerFate {
  return fate === 'refused' ? 'waiting' : fate;
}
