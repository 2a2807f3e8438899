/**
 * The other thing that the handler of a fold can be asked for: to rebuild the items of some keys from the records that come
 * with the request, to compare them with what is stored, and to put right what differs.
 *
 * 1. Nothing is emitted: a repair writes an item without an outbox, and the facts of its events went out when they came.
 * 2. A repair reads again before it writes, and writes only over the revision that it read.
 * 3. An intact item keeps its fence, its memory and its lane. Of a damaged one nothing is kept: it is made from the records
 *    alone, if what it counts shows that all of its history is among them.
 */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type CloudEvent,
  ConflictError,
  compareItems,
  compareSequenceNumbers,
  eventParser,
  eventsMissing,
  type FoldDefinition,
  type FoldItem,
  type FoldLimits,
  type FoldProcessor,
  type FoldRecord,
  type FoldStore,
  type FoldWrite,
  isRetryable,
  messageOf,
  type Rebuilt,
  rebuildItem,
  type StateDifference,
} from '../../core/index.ts';
import type { Attributes } from '../adapters/fold-item-dynamodb.ts';
import { atOnce } from './at-once.ts';

/** A record as it lies in the stream. */
export interface StreamedText {
  readonly sequence: string;
  readonly arrivedAtMs: number;
  readonly text: string;
}

export interface VerifyRequest {
  readonly verify: {
    /** Keys with all records of theirs that the stream holds. */
    readonly keys: readonly {
      readonly key: string;
      readonly records: readonly StreamedText[];
      /** Sequence number of the last record in the key's lane, for one whose item is damaged. */
      readonly laneThrough?: string;
    }[];
    /** Whether the stream still holds everything that ever came. */
    readonly complete: boolean;
    /** Records that arrived until then must have been dealt with, epoch ms. */
    readonly settledAtMs: number;
    /** Whether nobody will ask again with newer records: then no key is `ahead`. @default false */
    readonly lastTry?: boolean;
    /** @default false */
    readonly repair?: boolean;
  };
}

/**
 * `same`; `waiting`: nothing has been dealt with yet; `ahead`: more was dealt with than the request holds; `older`: so many
 * `events` are no longer in the stream; `swept`: it differs only in what a sweeper changes; `different`.
 */
export interface VerifiedKey {
  readonly key: string;
  readonly status: 'same' | 'waiting' | 'ahead' | 'older' | 'swept' | 'different';
  readonly differences: readonly StateDifference[];
  readonly events?: number;
  /** Why the item cannot be read. */
  readonly damage?: string;
  readonly repairable: boolean;
  readonly repaired: boolean;
}

export interface VerifyAnswer {
  readonly verified: readonly VerifiedKey[];
}

export interface VerifyDependencies<State, Incoming extends CloudEvent> {
  readonly definition: Pick<
    FoldDefinition<State, Incoming, string>,
    'accepts' | 'knows' | 'changedByTime' | 'key' | 'name'
  >;
  readonly processor: FoldProcessor<State, Incoming>;
  readonly store: Pick<FoldStore<State>, 'read' | 'write'>;
  /** What is stored under a key, whoever wrote it. */
  readonly readRaw: (key: string) => Promise<Attributes | undefined>;
  readonly limits: FoldLimits;
}

const KEYS_AT_ONCE = 8;

export function isVerifyRequest(event: object): event is VerifyRequest {
  return 'verify' in event;
}

/** @throws Error when the processor's keys are not the subjects, by which the records were gathered */
export async function verifyState<State, Incoming extends CloudEvent>(
  { verify }: VerifyRequest,
  dependencies: VerifyDependencies<State, Incoming>,
): Promise<VerifyAnswer> {
  const { name, key } = dependencies.definition;
  if (key) throw new Error(`Cannot verify the state of '${name}': its key must be the subject, it has one of its own`);
  const read = recordReader(dependencies.definition);
  const verified = await atOnce(verify.keys, KEYS_AT_ONCE, async ({ key, records, laneThrough }) => {
    const ofKey = { key, records: records.flatMap(read), ...(laneThrough !== undefined && { laneThrough }) };
    const found = await examine(ofKey, verify, dependencies);
    if (verify.repair !== true || !found.write) return found.verified;
    return { ...found.verified, repaired: await isWritten(dependencies.store, found.write) };
  });
  return { verified };
}

/** Invariant 2. */
async function isWritten<State>(store: Pick<FoldStore<State>, 'write'>, write: FoldWrite<State>): Promise<boolean> {
  try {
    await store.write(write);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

function recordReader<State, Incoming extends CloudEvent>({
  accepts,
  knows = accepts,
}: VerifyDependencies<State, Incoming>['definition']) {
  const parse = eventParser(knows);
  const types: ReadonlySet<string> = new Set(accepts.map(({ type }) => type));
  const isAccepted = (event: CloudEvent): event is Incoming => types.has(event.type);
  return ({ text, sequence, arrivedAtMs }: StreamedText): FoldRecord<Incoming>[] => {
    const parsed = parse(jsonOf(text), text);
    return parsed.ok && isAccepted(parsed.value) ? [{ sequence, arrivedAtMs, event: parsed.value }] : [];
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // quarantined when it came
  }
}

interface KeyRecords<Incoming extends CloudEvent> {
  readonly key: string;
  readonly records: readonly FoldRecord<Incoming>[];
  readonly laneThrough?: string;
}

interface Examined<State> {
  readonly verified: VerifiedKey;
  /** What would put it right. */
  readonly write?: FoldWrite<State>;
}

async function examine<State, Incoming extends CloudEvent>(
  ofKey: KeyRecords<Incoming>,
  request: VerifyRequest['verify'],
  dependencies: VerifyDependencies<State, Incoming>,
): Promise<Examined<State>> {
  const { key, records } = ofKey;
  let stored: FoldItem<State> | undefined;
  try {
    stored = (await dependencies.store.read([key])).get(key);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return examineDamaged(ofKey, messageOf(error), dependencies);
  }
  if (stored) return compareStored(stored, ofKey, request, dependencies);
  const settled = records.filter(({ arrivedAtMs }) => arrivedAtMs <= request.settledAtMs).length;
  if (settled === 0) return { verified: verdict(key, 'waiting') };
  return { verified: verdict(key, 'different', { differences: [{ path: 'counts.applied', rebuilt: settled }] }) };
}

function compareStored<State, Incoming extends CloudEvent>(
  stored: FoldItem<State>,
  { key, records }: KeyRecords<Incoming>,
  { complete, lastTry = false }: VerifyRequest['verify'],
  { processor, definition, limits }: VerifyDependencies<State, Incoming>,
): Examined<State> {
  const { lastSequence, parked, counts, revision } = stored;
  const fence = parked?.through ?? lastSequence;
  const last = newestOf(records);
  const isAhead = fence !== undefined && (last === undefined || compareSequenceNumbers(fence, last) > 0);
  if (isAhead && !lastTry) return { verified: verdict(key, 'ahead') };
  const known = { ...(lastSequence !== undefined && { fence: lastSequence }), ...(parked && { lane: parked }) };
  const { item } = rebuildItem(processor, { key, records, ...known }, limits);
  const missing = eventsMissing(counts, item.counts);
  if (missing > 0 && !complete) return { verified: verdict(key, 'older', { events: missing }) };
  const differences = compareItems(stored, item);
  if (differences.length === 0) return { verified: verdict(key, 'same') };
  const swept = new Set((definition.changedByTime ?? []).map(field => `state.${field}`));
  const isSwept = ({ path }: StateDifference) => swept.has(path.split('.').slice(0, 2).join('.'));
  if (differences.every(isSwept)) return { verified: verdict(key, 'swept', { differences }) };
  const repairable = missing <= 0 && item.lastSequence === lastSequence && !item.parked === !parked;
  if (!repairable) return { verified: verdict(key, 'different', { differences }) };
  const { applied, duplicate, quarantined } = item.counts;
  const state = keepSwept(stored.state, item.state, definition.changedByTime ?? []);
  const right = { ...stored, state, counts: { ...counts, applied, duplicate, quarantined }, outbox: [] };
  return {
    verified: verdict(key, 'different', { differences, repairable }),
    write: { item: { ...right, revision: revision + 1 }, expected: expectedOf(revision, lastSequence), lane: [] },
  };
}

/** The rebuilt state with the stored values of what a sweeper changes. */
function keepSwept<State>(stored: State, rebuilt: State, fields: readonly string[]): State {
  if (fields.length === 0) return rebuilt;
  const names = new Set(fields);
  const kept = Object.entries(Object(stored)).filter(([name]) => names.has(name));
  const others = Object.entries(Object(rebuilt)).filter(([name]) => !names.has(name));
  return Object.fromEntries([...others, ...kept]) as State; // the fields of a state, each from one of two states
}

/** Invariant 3, of a damaged item. What it says of itself is believed as far as the records agree. */
async function examineDamaged<State, Incoming extends CloudEvent>(
  { key, records, laneThrough }: KeyRecords<Incoming>,
  damage: string,
  { processor, limits, readRaw }: VerifyDependencies<State, Incoming>,
): Promise<Examined<State>> {
  const raw = rawItem(await readRaw(key));
  const { lastSequence, revision } = raw;
  const fence = lastSequence === undefined ? {} : { fence: lastSequence };
  const lane = laneThrough ?? raw.parked?.through;
  const reason = raw.parked?.reason ?? damage;
  const input = { key, records, ...fence, ...(lane !== undefined && { lane: { through: lane, reason } }) };
  const { item, pages }: Rebuilt<State> = rebuildItem(processor, input, limits);
  const differences = compareItems(raw, item);
  const isWhole = lastSequence !== undefined && item.lastSequence === lastSequence;
  const repairable = isWhole && revision !== undefined && eventsMissing(raw.counts, item.counts) === 0;
  const seen = verdict(key, 'different', { differences, damage, repairable });
  if (!repairable) return { verified: seen };
  const expected = expectedOf(revision, lastSequence);
  return { verified: seen, write: { item: { ...item, revision: revision + 1 }, expected, lane: [], pages } };
}

/** What a damaged item says, whatever is in it. */
function rawItem(attributes: Attributes | undefined) {
  const raw = attributes ? unmarshall(attributes) : {};
  const counts = { applied: 0, duplicate: 0, parked: 0, quarantined: 0, ...(Object(raw.counts) as object) };
  const parked = Object(raw.parked) as { through?: unknown; reason?: unknown };
  return {
    state: raw.state as unknown,
    counts,
    ...(typeof raw.revision === 'number' && { revision: raw.revision }),
    ...(typeof raw.lastSequence === 'string' && { lastSequence: raw.lastSequence }),
    ...(typeof parked.through === 'string' && {
      parked: { through: parked.through, reason: String(parked.reason) },
    }),
  };
}

function newestOf(records: readonly FoldRecord[]): string | undefined {
  return records
    .map(({ sequence }) => sequence)
    .toSorted(compareSequenceNumbers)
    .at(-1);
}

function expectedOf(revision: number, lastSequence: string | undefined) {
  return lastSequence === undefined ? { revision } : { revision, lastSequence };
}

function verdict(
  key: string,
  status: VerifiedKey['status'],
  found: Partial<Pick<VerifiedKey, 'differences' | 'events' | 'damage' | 'repairable'>> = {},
): VerifiedKey {
  return { key, status, differences: [], repairable: false, repaired: false, ...found };
}
