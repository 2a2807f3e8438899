/**
 * The `fold` guarantee, as a pure function: the stored item of one key and the records of that key in a batch give the
 * writes to make. Reading, writing and retrying are the caller's.
 *
 * 1. A record whose sequence number is not above the item's `lastSequence` was dealt with by an earlier delivery.
 * 2. A record whose event id is remembered is a duplicate; it moves the fence and nothing else.
 * 3. State, fence, memory and emitted events change in one write, conditional on the item that was read.
 * 4. The writes of a key are made in order; each expects the one before. A batch is cut where its outbox would grow
 *    beyond `maxOutboxBytes`, and an event that alone emits more cannot be applied, so that an item stays below
 *    DynamoDB's 400 KB: state, outbox and memory together.
 * 5. When a record cannot be applied, the key is parked: that record and every later one go to the key's lane, in the
 *    same write that says so. The fence `lastSequence` stays where it was; the lane has its own, `parked.through`.
 */

import { messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { excerpt } from '../events/excerpt.ts';
import type { FoldCounts, FoldItem, FoldRecord, FoldWrite, RecordOutcome } from './fold-item.ts';
import type { FoldProcessor } from './fold-processor.ts';
import { defaultRecentIdsLimits, noRecentIds, type RecentIdsLimits, recallIds } from './recent-ids.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

export interface FoldLimits {
  readonly recentIds: RecentIdsLimits;
  /** JSON bytes of one item's outbox; an event that emits more is terminal. */
  readonly maxOutboxBytes: number;
  /** JSON bytes of the state; a larger one is terminal. */
  readonly maxStateBytes: number;
  /** Records and JSON bytes that go to a lane in one write (a transaction holds 100 items and 4 MB). */
  readonly maxLaneRecords: number;
  readonly maxLaneBytes: number;
}

export const defaultFoldLimits: FoldLimits = {
  recentIds: defaultRecentIdsLimits,
  maxOutboxBytes: 150_000,
  maxStateBytes: 150_000,
  maxLaneRecords: 90,
  maxLaneBytes: 2_500_000,
};

/** A write and the records whose fate it decides. */
export interface FoldStep<State> {
  readonly write: FoldWrite<State>;
  readonly fates: readonly RecordFate[];
}

export interface RecordFate {
  readonly record: FoldRecord;
  readonly outcome: RecordOutcome;
}

export interface FoldResult<State> {
  /** To be carried out in order; the fates of a step hold once its write is done. */
  readonly steps: readonly FoldStep<State>[];
  /** Records that earlier deliveries dealt with: nothing to do. */
  readonly redelivered: readonly FoldRecord[];
}

/** Folds the records of one key into its stored item. */
export function fold<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  input: FoldInput<State, Incoming>,
  limits: FoldLimits = defaultFoldLimits,
): FoldResult<State> {
  const { stored, key } = input;
  const { fresh, redelivered } = passFence(input.records, fenceOf(stored));
  if (stored?.parked) return { steps: parkSteps(stored, fresh, stored.parked.reason, limits), redelivered };
  const steps: FoldStep<State>[] = [];
  let item = stored ?? emptyItem(key, processor.initialState(key));
  let rest = fresh;
  while (rest.length > 0) {
    const chunk = applyChunk(processor, item, rest, limits);
    if (chunk.fates.length > 0) {
      steps.push({ write: { item: chunk.item, ...expectation(item), lane: [] }, fates: chunk.fates });
      item = chunk.item;
      rest = rest.slice(chunk.fates.length);
    }
    if (chunk.failure !== undefined) {
      return { steps: [...steps, ...parkSteps(item, rest, chunk.failure, limits)], redelivered };
    }
  }
  return { steps, redelivered };
}

/**
 * Parks the key of a batch whose write will never be taken (invariant 5): its records go to the lane, its state stays as it
 * was stored.
 */
export function parkKey<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  input: FoldInput<State, Incoming> & { readonly reason: string },
  limits: FoldLimits = defaultFoldLimits,
): FoldResult<State> {
  const { stored, key, records, reason } = input;
  const { fresh, redelivered } = passFence(records, fenceOf(stored));
  const item = stored ?? emptyItem(key, processor.initialState(key));
  return { steps: parkSteps(item, fresh, stored?.parked?.reason ?? reason, limits), redelivered };
}

export interface FoldInput<State, Incoming extends CloudEvent> {
  readonly key: string;
  /** Absent when the key has no item yet. */
  readonly stored: FoldItem<State> | undefined;
  readonly records: readonly FoldRecord<Incoming>[];
}

/** The sequence number up to which everything has been dealt with: the lane's while the key is parked. */
function fenceOf(stored: FoldItem<unknown> | undefined): string | undefined {
  return stored?.parked?.through ?? stored?.lastSequence;
}

/** Invariant 1. A record that stands twice in one batch is dealt with once. */
function passFence<Incoming extends CloudEvent>(records: readonly FoldRecord<Incoming>[], fence: string | undefined) {
  const fresh: FoldRecord<Incoming>[] = [];
  const redelivered: FoldRecord<Incoming>[] = [];
  let last = fence;
  for (const record of records.toSorted((a, b) => compareSequenceNumbers(a.sequence, b.sequence))) {
    if (last !== undefined && compareSequenceNumbers(record.sequence, last) <= 0) {
      redelivered.push(record);
      continue;
    }
    fresh.push(record);
    last = record.sequence;
  }
  return { fresh, redelivered };
}

interface Chunk<State> {
  readonly item: FoldItem<State>;
  readonly fates: readonly RecordFate[];
  /** Why the record after the last fate cannot be applied. */
  readonly failure?: string;
}

/** Applies records until they end, the outbox is full (invariant 4) or one of them cannot be applied (invariant 5). */
function applyChunk<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  item: FoldItem<State>,
  records: readonly FoldRecord<Incoming>[],
  limits: FoldLimits,
): Chunk<State> {
  const memory = recallIds(item.recentIds, limits.recentIds);
  const fates: RecordFate[] = [];
  const outbox: CloudEvent[] = [];
  let outboxBytes = 0;
  let state = item.state;
  let failure: string | undefined;
  for (const record of records) {
    if (memory.has(record.event.id)) {
      fates.push({ record, outcome: 'duplicate' });
      continue;
    }
    const next = tryEvolve(processor, state, record.event, limits);
    if ('failure' in next) {
      failure = next.failure;
      break;
    }
    if (outboxBytes > 0 && outboxBytes + next.emittedBytes > limits.maxOutboxBytes) break; // the next write takes it
    state = next.state;
    outbox.push(...next.emitted);
    outboxBytes += next.emittedBytes;
    memory.add(record.event.id, record.arrivedAtMs);
    fates.push({ record, outcome: 'applied' });
  }
  const lastSequence = fates.at(-1)?.record.sequence;
  const chunkItem: FoldItem<State> = {
    ...item,
    state,
    ...(lastSequence === undefined ? {} : { lastSequence }),
    revision: item.revision + 1,
    recentIds: memory.snapshot(),
    outbox,
    counts: addCounts(item.counts, fates),
  };
  return { item: chunkItem, fates, ...(failure === undefined ? {} : { failure }) };
}

function tryEvolve<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  state: State,
  event: Incoming,
  limits: FoldLimits,
) {
  try {
    const next = processor.evolve(state, event);
    const stateBytes = jsonBytes(next.state);
    if (stateBytes > limits.maxStateBytes) {
      return { failure: `Cannot store state: at most ${limits.maxStateBytes} bytes, reached ${stateBytes}` };
    }
    const emittedBytes = next.emitted.length === 0 ? 0 : jsonBytes(next.emitted);
    if (emittedBytes > limits.maxOutboxBytes) {
      return {
        failure: `Cannot emit facts: at most ${limits.maxOutboxBytes} bytes per event, reached ${emittedBytes}`,
      };
    }
    return { ...next, emittedBytes };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

/** Invariant 5: the writes that send records to the key's lane. */
function parkSteps<State>(
  item: FoldItem<State>,
  records: readonly FoldRecord[],
  reason: string,
  limits: FoldLimits,
): FoldStep<State>[] {
  const steps: FoldStep<State>[] = [];
  let before = item;
  for (const lane of laneChunks(records, limits)) {
    const fates = lane.map((record): RecordFate => ({ record, outcome: 'parked' }));
    const since = before.parked?.since ?? lane[0]?.sequence ?? '';
    const through = lane.at(-1)?.sequence ?? since;
    const after: FoldItem<State> = {
      ...before,
      revision: before.revision + 1,
      outbox: [],
      counts: addCounts(before.counts, fates),
      parked: { since, through, reason: excerpt(reason) },
    };
    steps.push({ write: { item: after, ...expectation(before), lane }, fates });
    before = after;
  }
  return steps;
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

function emptyItem<State>(key: string, state: State): FoldItem<State> {
  const counts = { applied: 0, duplicate: 0, parked: 0 };
  return { key, state, revision: 0, recentIds: noRecentIds, outbox: [], counts };
}

/** What a write that follows `item` must find; nothing for the first write of a key. */
function expectation<State>(item: FoldItem<State>): Pick<FoldWrite<State>, 'expected'> {
  if (item.revision === 0) return {};
  const { revision, lastSequence } = item;
  return { expected: lastSequence === undefined ? { revision } : { revision, lastSequence } };
}

function addCounts(counts: FoldCounts, fates: readonly RecordFate[]): FoldCounts {
  const count = (outcome: RecordOutcome) => fates.filter(fate => fate.outcome === outcome).length;
  return {
    applied: counts.applied + count('applied'),
    duplicate: counts.duplicate + count('duplicate'),
    parked: counts.parked + count('parked'),
  };
}

const encoder = new TextEncoder();

function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}
