/**
 * The `fold` guarantee, as a pure function: the stored item of one key, the pages of its memory that matter, and the records
 * of that key in a batch give the writes to make. Reading, writing and retrying are the caller's.
 *
 * 1. A record whose sequence number is not above the item's `lastSequence` was dealt with by an earlier delivery; one whose
 *    event nobody remembers, although it would have to be remembered, shows that sequence numbers went back: it is a stray.
 * 2. A record whose event is remembered has no effect, and moves the fence. It is `redelivered` when the same acceptance
 *    was dealt with before, a `duplicate` when another was, and `quarantined` when the same id stood for another content.
 * 3. State, fence, memory and emitted events change in one write, conditional on the item that was read.
 * 4. The writes of a key are made in order; each expects the one before. A batch is cut where its outbox would grow
 *    beyond `maxOutboxBytes`, and an event that alone emits more cannot be applied, so that an item stays below
 *    DynamoDB's 400 KB: state, outbox and memory together. What is emitted is measured as it comes; a state is measured
 *    once per write, and only when that is too large does a second pass measure it after every event, to find the one to
 *    stop at. Both are measured roughly first, and exactly only when they might be too large.
 * 5. When a record cannot be applied, the key is parked: that record and every later one go to the key's lane, in the
 *    same write that says so. The fence `lastSequence` stays where it was; the lane has its own, `parked.through`.
 */

import { messageOf, TerminalError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { type Fenced, fenceOf, passFence } from './fence.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import { defaultFoldLimits, type FoldLimits, jsonBytes, roughBytes } from './fold-limits.ts';
import { FoldOutbox } from './fold-outbox.ts';
import type { FoldProcessor } from './fold-processor.ts';
import { addCounts, emptyItem, expectation, type FoldStep, type RecordFate } from './fold-step.ts';
import type { IdPages } from './id-page.ts';
import { parkSteps } from './park-steps.ts';
import { noRecentIds, type RecentIdsMemory, recallIds } from './recent-ids.ts';
import { keepSight, sight } from './sighting.ts';

export interface FoldResult<State> {
  /** To be carried out in order; the fates of a step hold once its write is done. */
  readonly steps: readonly FoldStep<State>[];
  /** Records that earlier deliveries dealt with: nothing to do. */
  readonly redelivered: readonly FoldRecord[];
  /** Records that stand behind the fence and were never dealt with: to be quarantined. */
  readonly strays: readonly RecordFate[];
}

export interface FoldInput<State, Incoming extends CloudEvent> {
  readonly key: string;
  /** Absent when the key has no item yet. */
  readonly stored: FoldItem<State> | undefined;
  /** The pages that `pagesToRead` asked for. @default none */
  readonly pages?: IdPages;
  readonly records: readonly FoldRecord<Incoming>[];
}

const NO_PAGES: IdPages = new Map();

/** Folds the records of one key into its stored item. */
export function fold<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  input: FoldInput<State, Incoming>,
  limits: FoldLimits = defaultFoldLimits,
): FoldResult<State> {
  const quick = foldOnce(processor, input, { limits, measuresEach: false });
  if (quick) return quick;
  const careful = foldOnce(processor, input, { limits, measuresEach: true });
  if (!careful) throw new Error('Cannot fold: a size that was measured after every event must be known');
  return careful;
}

interface FoldOptions {
  readonly limits: FoldLimits;
  /** Whether the state is measured after every event, or only when it is to be written (invariant 4). */
  readonly measuresEach: boolean;
}

/** @returns undefined when a state would be too large and it is not known which event made it so */
function foldOnce<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  input: FoldInput<State, Incoming>,
  options: FoldOptions,
): FoldResult<State> | undefined {
  const { limits } = options;
  const { stored, key, records, pages = NO_PAGES } = input;
  const newestMs = newestOf(records);
  const recalled = stored?.recentIds ?? noRecentIds;
  const memory = recallIds(recalled, { key, read: pages, newestMs, limits: limits.recentIds });
  const { fresh, ...old } = passFence(records, fenceOf(stored));
  const passed = sortOut(old, stored, memory);
  let item = stored ?? emptyItem(key, processor.initialState(key));
  if (stored?.parked) {
    const { reason } = stored.parked;
    return { steps: parkSteps({ item, records: fresh, reason, memory }, limits), ...passed };
  }
  const steps: FoldStep<State>[] = [];
  let rest = fresh;
  while (rest.length > 0) {
    const chunk = applyChunk(processor, { item, records: rest, memory }, options);
    if (!chunk) return undefined;
    if (chunk.step) {
      steps.push(chunk.step);
      item = chunk.step.write.item;
      rest = rest.slice(chunk.step.fates.length);
    }
    if (chunk.failure !== undefined) {
      const parking = parkSteps({ item, records: rest, reason: chunk.failure, memory }, limits);
      return { steps: [...steps, ...parking], ...passed };
    }
  }
  return { steps, ...passed };
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
  const { stored, key, records } = input;
  const { fresh, behind, twice } = passFence(records, fenceOf(stored));
  const item = stored ?? emptyItem(key, processor.initialState(key));
  const reason = stored?.parked?.reason ?? input.reason;
  return { steps: parkSteps({ item, records: fresh, reason }, limits), redelivered: [...behind, ...twice], strays: [] };
}

function newestOf(records: readonly FoldRecord[]): number {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { arrivedAtMs } of records) if (arrivedAtMs > newestMs) newestMs = arrivedAtMs;
  return newestMs;
}

/** Invariant 1: tells redelivered records from strays. While a key is parked its lane knows more than its memory does. */
function sortOut(
  { behind, twice }: Pick<Fenced<CloudEvent>, 'behind' | 'twice'>,
  stored: FoldItem<unknown> | undefined,
  memory: RecentIdsMemory,
): Pick<FoldResult<never>, 'redelivered' | 'strays'> {
  const redelivered: FoldRecord[] = [...twice];
  const strays: RecordFate[] = [];
  for (const record of behind) {
    const mayBeForgotten = record.arrivedAtMs <= (stored?.recentIds.forgottenUntilMs ?? Number.POSITIVE_INFINITY);
    const isStray =
      stored && !stored.parked && !mayBeForgotten && !memory.knows(record.sighting ?? sight(record.event));
    if (!isStray) redelivered.push(record);
    else strays.push({ record, outcome: 'quarantined', reason: strayReason(record, stored) });
  }
  return { redelivered, strays };
}

function strayReason({ sequence }: FoldRecord, { lastSequence }: FoldItem<unknown>): string {
  return `sequence numbers must go up: ${sequence} came after ${lastSequence}, and its event is not known`;
}

interface Chunk<State> {
  /** Absent when not even the first record could be dealt with. */
  readonly step?: FoldStep<State>;
  /** Why the record after the last fate cannot be applied. */
  readonly failure?: string;
}

interface ChunkInput<State, Incoming extends CloudEvent> {
  readonly item: FoldItem<State>;
  readonly records: readonly FoldRecord<Incoming>[];
  readonly memory: RecentIdsMemory;
}

/** Applies records until they end, the outbox is full (invariant 4) or one of them cannot be applied (invariant 5). */
function applyChunk<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  { item, records, memory }: ChunkInput<State, Incoming>,
  { limits, measuresEach }: FoldOptions,
): Chunk<State> | undefined {
  const fates: RecordFate[] = [];
  const outbox = new FoldOutbox(limits.maxOutboxBytes);
  let { state } = item;
  let failure: string | undefined;
  for (const record of records) {
    const sighting = record.sighting ?? sight(record.event);
    const verdict = memory.judge(sighting);
    if (verdict === 'new') {
      keepSight(record.event, sighting);
      try {
        const next = processor.evolve(state, record.event);
        if (measuresEach) assertStorable(next.state, limits);
        if (next.emitted.length > 0 && !outbox.take(next.emitted)) break; // the next write takes it
        state = next.state;
      } catch (error) {
        failure = messageOf(error);
        break;
      }
    }
    if (verdict !== 'redelivered') memory.add(sighting); // a further acceptance has copies too
    fates.push(fateOf(record, verdict));
  }
  const failed = failure === undefined ? {} : { failure };
  const last = fates.at(-1)?.record;
  if (!last) return failed;
  const stateBytes = roughBytes(state, limits.maxStateBytes);
  if (!measuresEach && stateBytes > limits.maxStateBytes) return undefined;
  const { recentIds, pages } = memory.snapshot(freeBytes(item, { stateBytes, outboxBytes: outbox.aboutBytes }));
  const next: FoldItem<State> = {
    ...item,
    state,
    lastSequence: last.sequence,
    revision: item.revision + 1,
    recentIds,
    outbox: outbox.close(),
    counts: addCounts(item.counts, fates),
  };
  return { step: { write: { item: next, ...expectation(item), lane: [], pages }, fates }, ...failed };
}

/** Invariant 2. */
function fateOf(record: FoldRecord, verdict: ReturnType<RecentIdsMemory['judge']>): RecordFate {
  if (verdict === 'new') return { record, outcome: 'applied' };
  if (verdict !== 'conflicting') return { record, outcome: verdict };
  const reason = `an id must stand for one event: '${record.event.id}' came with another content before`;
  return { record, outcome: 'quarantined', reason };
}

/** @throws TerminalError when a state is too large to be stored */
function assertStorable(state: unknown, { maxStateBytes }: FoldLimits): void {
  const bytes = jsonBytes(state);
  if (bytes > maxStateBytes) {
    throw new TerminalError(`Cannot store state: at most ${maxStateBytes} bytes, reached ${bytes}`);
  }
}

const WRITE_UNIT_BYTES = 1024;
/** About what an item takes besides its key, its state, its outbox and its imprints. */
const ITEM_BYTES = 185;
const PAGE_REF_BYTES = 23;
/** What DynamoDB counts of a byte of JSON, and what is left of one when an outbox is packed; observed. */
const STATE_SHARE = 0.85;
const OUTBOX_SHARE = 0.2;
const OUTBOX_BYTES = 70;

/** What the item has left of the write units that it takes anyway, about: imprints that stand there cost nothing. */
function freeBytes(
  { key, recentIds }: FoldItem<unknown>,
  { stateBytes, outboxBytes }: { readonly stateBytes: number; readonly outboxBytes: number },
): number {
  const outbox = outboxBytes === 0 ? 0 : OUTBOX_BYTES + outboxBytes * OUTBOX_SHARE;
  const other = ITEM_BYTES + 2 * key.length + recentIds.pages.length * PAGE_REF_BYTES;
  const taken = Math.ceil(other + stateBytes * STATE_SHARE + outbox);
  return WRITE_UNIT_BYTES - (taken % WRITE_UNIT_BYTES);
}
