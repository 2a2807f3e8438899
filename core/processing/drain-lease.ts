/** Draining the lane of a parked key, whatever its processor guarantees: step after step, under a lease, while there is time. */
import { ConflictError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { LaneStore, Lease } from '../ports/lane-store.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';

export interface DrainPorts {
  readonly lanes: LaneStore;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether there is time for another step. */
  readonly hasTime: () => boolean;
}

export interface DrainRequest {
  readonly key: string;
  /** Who drains; no two drainers may have one name. */
  readonly holder: string;
}

/** What one drain did, and how it ended. `more`: time is up, and the lane is not empty. */
export interface Drained {
  readonly status: 'drained' | 'more' | 'stopped' | 'held';
  /** Records that left the lane, by what became of them. */
  readonly taken: DrainedCounts;
  /** The record that still cannot be applied. */
  readonly stopped?: StoppedAt;
  /** The lease of another drainer. */
  readonly held?: Lease;
}

/** `redelivered`: they had been dealt with before, and were counted then. */
export type DrainedCounts = Readonly<Record<'applied' | 'duplicate' | 'quarantined' | 'redelivered', number>>;

export interface StoppedAt {
  readonly sequence: string;
  readonly id: string;
  readonly reason: string;
}

/** What one step did: the fates of the records that left the lane, and the one that did not, if one stands in the way. */
export interface DrainStep {
  readonly fates: readonly RecordFate[];
  readonly isEmpty?: boolean;
  /** Whether there was no time for the record behind them. */
  readonly isOutOfTime?: boolean;
  readonly stopped?: StoppedAt;
}

/** Longer than any step: a function ends after half of it. */
const LEASE_MS = 60_000;
/** Conflicts with the live processor, one after the other. */
const TRIES_PER_STEP = 10;

/**
 * Takes steps until the lane is empty, a record fails or time is up.
 * @throws ConflictError when the key is written to all the time; what a step throws
 */
export async function drainUnderLease(
  { key, holder }: DrainRequest,
  { lanes, clock, hasTime }: DrainPorts,
  step: () => Promise<DrainStep>,
): Promise<Drained> {
  const taken = { applied: 0, duplicate: 0, quarantined: 0, redelivered: 0 };
  const hold = () => lanes.lease(key, { holder, untilMs: clock.now() + LEASE_MS }, clock.now());
  try {
    for (let tries = 1; ; ) {
      const held = await hold();
      if (held) return { status: 'held', taken, held };
      try {
        const { fates, stopped, isEmpty, isOutOfTime } = await step();
        for (const { outcome } of fates) if (outcome !== 'parked') taken[outcome] += 1;
        if (stopped) return { status: 'stopped', taken, stopped };
        if (isEmpty) return { status: 'drained', taken };
        if (isOutOfTime) return { status: 'more', taken };
        tries = 1;
      } catch (error) {
        if (!(error instanceof ConflictError) || tries === TRIES_PER_STEP) throw error;
        tries += 1;
      }
      if (!hasTime()) return { status: 'more', taken };
    }
  } finally {
    await lanes.release(key, holder).catch(() => {}); // then it ends by itself
  }
}

/** A step that ends before a record. */
export function stoppedAt({ sequence, event }: FoldRecord, reason: string): DrainStep {
  return { fates: [], stopped: { sequence, id: event.id, reason } };
}

/** The first records, as long as the processor still takes their events. */
export function leading<Incoming extends CloudEvent>(
  records: readonly FoldRecord[],
  accepts: (event: CloudEvent) => event is Incoming,
): FoldRecord<Incoming>[] {
  const known: FoldRecord<Incoming>[] = [];
  for (const record of records) {
    const { event } = record;
    if (!accepts(event)) break;
    known.push({ ...record, event });
  }
  return known;
}

/** Why a record is not among them. */
export function notAccepted({ event }: FoldRecord): string {
  return `events of type ${event.type} are not accepted any more`;
}
