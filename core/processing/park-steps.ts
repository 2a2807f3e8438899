import { excerpt } from '../events/excerpt.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import { type FoldLimits, jsonBytes } from './fold-limits.ts';
import { addCounts, expectation, type FoldStep, type RecordFate } from './fold-step.ts';
import { findImprint, IMPRINT_BYTES, type Imprints, imprintedId, sameAcceptance } from './imprint.ts';
import type { RecentIdsMemory } from './recent-ids.ts';
import { type Sighting, sight } from './sighting.ts';

/** Of the last events in a lane, so many are remembered. */
const IMPRINTS_OF_A_LANE = 256;

export interface ParkInput<State> {
  readonly item: FoldItem<State>;
  readonly records: readonly FoldRecord[];
  readonly reason: string;
  /** Absent when it cannot be read: then copies of events that took effect are parked as well. */
  readonly memory?: RecentIdsMemory;
}

/**
 * The writes that send records to the key's lane, in order. A copy of an acceptance that took effect, or that is in the
 * lane, only moves the lane's fence: it was counted before.
 */
export function parkSteps<State>(
  { item, records, reason, memory }: ParkInput<State>,
  limits: FoldLimits,
): FoldStep<State>[] {
  const steps: FoldStep<State>[] = [];
  let before = item;
  for (const chunk of laneChunks(records, limits)) {
    let imprints = before.parked?.imprints ?? '';
    const fates = chunk.map((record): RecordFate => {
      const sighting = record.sighting ?? sight(record.event);
      if (isCopy(sighting, imprints, memory)) return { record, outcome: 'redelivered' };
      imprints += sighting.imprint;
      return { record, outcome: 'parked' };
    });
    const lane = fates.filter(({ outcome }) => outcome === 'parked').map(({ record }) => record);
    const since = before.parked?.since ?? chunk[0]?.sequence ?? '';
    const through = chunk.at(-1)?.sequence ?? since;
    const after: FoldItem<State> = {
      ...before,
      revision: before.revision + 1,
      outbox: [],
      counts: addCounts(before.counts, fates),
      parked: {
        since,
        through,
        reason: excerpt(reason),
        imprints: imprints.slice(-IMPRINTS_OF_A_LANE * IMPRINT_BYTES),
      },
    };
    steps.push({ write: { item: after, ...expectation(before), lane }, fates });
    before = after;
  }
  return steps;
}

function isCopy(sighting: Sighting, inLane: Imprints, memory: RecentIdsMemory | undefined): boolean {
  if (memory?.judge(sighting) === 'redelivered') return true;
  const { imprint } = sighting;
  const id = imprintedId(imprint);
  for (let found = findImprint(inLane, id); found; found = findImprint(inLane, id, found.end)) {
    if (sameAcceptance(found.imprint, imprint)) return true;
  }
  return false;
}

function laneChunks(records: readonly FoldRecord[], limits: FoldLimits): FoldRecord[][] {
  const chunks: FoldRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const recordBytes = jsonBytes(record.event);
    const open = chunks.at(-1);
    if (open && open.length < limits.maxLaneRecords && bytes + recordBytes <= limits.maxLaneBytes) {
      open.push(record);
      bytes += recordBytes;
    } else {
      chunks.push([record]);
      bytes = recordBytes;
    }
  }
  return chunks;
}
