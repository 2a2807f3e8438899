/**
 * Drains the lane of a key that a processor without states parked: its records go through transactions or calls as if the key
 * had never been parked.
 *
 * 1. Effects come first; each is remembered by its event's row, in the same write. Then the records leave the lane, on the
 *    condition that the key's item is the one that was read before the lane was: whatever the live processor parks meanwhile
 *    makes that write fail, and both are read again.
 * 2. A record is counted when it leaves its lane. A drainer that dies between the effect and that leaves a row which every
 *    other drainer takes for its own: the effect does not happen again, and is counted then.
 * 3. The write that empties the lane unparks the key. While it is not empty, the live processor adds to its end.
 * 4. The first record that cannot take effect ends it, with its reason. It and all behind it stay as they are.
 */
import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldStore } from '../ports/fold-store.ts';
import {
  type Drained,
  type DrainPorts,
  type DrainRequest,
  type DrainStep,
  drainUnderLease,
  leading,
  notAccepted,
  stoppedAt,
} from './drain-lease.ts';
import { drainingWrite, unfenced, unparking } from './drain-write.ts';
import type { FoldRecord } from './fold-item.ts';
import { defaultFoldLimits } from './fold-limits.ts';
import { emptyItem, type RecordFate } from './fold-step.ts';
import { type Gate, NO_STATE } from './idempotency-gates.ts';
import type { KeyFailure } from './process-batch.ts';

/** What a guarantee makes of the first records of a lane. */
export interface LaneAttempt {
  readonly key: string;
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
  /** Hears of fates in the order of the lane, without a gap. */
  readonly onWritten: (fates: readonly RecordFate[]) => void;
  /** Whether there is time for another record. */
  readonly hasTime: () => boolean;
}

export interface GatedDrain<Incoming extends CloudEvent> extends DrainPorts {
  readonly gates: FoldStore<Gate>;
  readonly accepts: (event: CloudEvent) => event is Incoming;
  /** Carries records of one key through the guarantee. @returns why the first that is left was not dealt with, unless for time */
  readonly attempt: (
    records: readonly FoldRecord<Incoming>[],
    attempt: LaneAttempt,
  ) => Promise<readonly Pick<KeyFailure, 'reason'>[]>;
  /** Keeps a record that was refused; again changes nothing. */
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
  /** Hears of the fates of records that left the lane. */
  readonly onWritten?: (fates: readonly RecordFate[]) => void;
  /** Records of one step. @default as many as a write can take out */
  readonly maxRecords?: number;
}

/**
 * Drains until the lane is empty, a record fails or time is up.
 * @throws ConflictError when the key is written to all the time; TerminalError when item or lane is damaged; ThrottledError
 */
export function drainGatedLane<Incoming extends CloudEvent>(
  request: DrainRequest,
  drain: GatedDrain<Incoming>,
): Promise<Drained> {
  return drainUnderLease(request, drain, () => drainStep(request.key, drain));
}

async function drainStep<Incoming extends CloudEvent>(key: string, drain: GatedDrain<Incoming>): Promise<DrainStep> {
  const { gates, lanes, accepts, onWritten, maxRecords = defaultFoldLimits.maxLaneRecords } = drain;
  const gate = (await gates.read([key])).get(key); // invariant 1: before the lane
  const { records, hasMore } = await lanes.read(key, maxRecords);
  const [first] = records;
  if (!first) {
    if (gate?.parked) await gates.write(unparking(gate));
    return { fates: [], isEmpty: true };
  }
  const known = leading(records, accepts);
  if (known.length === 0) return stoppedAt(first, notAccepted(first));
  const attempted = await attemptRecords(known, { key, drain });
  const { fates } = attempted;
  if (fates.length === 0) return attempted;
  const before = gate ?? emptyItem(key, NO_STATE);
  const item = { ...unfenced(before), revision: before.revision + 1, outbox: [] };
  const empties = !hasMore && fates.length === records.length;
  await gates.write(drainingWrite(gate, { item }, { fates, empties })); // invariants 1 and 3
  onWritten?.(fates);
  return attempted;
}

async function attemptRecords<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  { key, drain }: { readonly key: string; readonly drain: GatedDrain<Incoming> },
): Promise<DrainStep> {
  const fates: RecordFate[] = [];
  const [failure] = await drain.attempt(records, {
    key,
    async quarantine(fate) {
      await drain.quarantine(fate);
      return true; // invariant 2: it is counted when it leaves the lane, not when it was kept
    },
    onWritten: each => fates.push(...each),
    hasTime: drain.hasTime,
  });
  const next = records[fates.length];
  if (!failure || !next) return { fates, isOutOfTime: next !== undefined };
  return { ...stoppedAt(next, failure.reason), fates };
}
