/** What a fold knows of records of the stream, by what it keeps: its memory, its fence, and the lanes of parked keys. */
import {
  type CloudEvent,
  compareSequenceNumbers,
  defaultFoldLimits,
  type FoldItem,
  type FoldLimits,
  type FoldProcessor,
  type FoldStore,
  type IdPages,
  idTime,
  isRetryable,
  type KnownFate,
  type KnownRecord,
  pagesToRead,
  recallIds,
  sight,
} from '../../core/index.ts';
import { inLanes, type LaneReader } from '../adapters/lanes-dynamodb.ts';
import { atOnce } from './at-once.ts';
import type { HeldRecord } from './processor-request.ts';

export interface StatesEvidence<State, Incoming extends CloudEvent> {
  readonly processor: Pick<FoldProcessor<State, Incoming>, 'key' | 'accepts'>;
  readonly store: Pick<FoldStore<State>, 'read' | 'readPages'>;
  readonly lanes: LaneReader;
  /** @default defaultFoldLimits */
  readonly limits?: FoldLimits;
}

const KEYS_AT_ONCE = 8;

/** The fate of each record that the fold takes. @throws ThrottledError */
export async function fatesByStates<State, Incoming extends CloudEvent>(
  records: readonly HeldRecord[],
  { processor, store, lanes, limits = defaultFoldLimits }: StatesEvidence<State, Incoming>,
): Promise<readonly KnownRecord[]> {
  const { accepts, key: keyOf } = processor;
  const keyed = records.flatMap(record => (accepts(record.event) ? [{ ...record, key: keyOf(record.event) }] : []));
  const byKey = [...Map.groupBy(keyed, ({ key }) => key)];
  const known = await atOnce(byKey, KEYS_AT_ONCE, async ([key, ofKey]): Promise<KnownRecord[]> => {
    const judge = await judgeOf({ store, limits }, key, ofKey);
    return ofKey.map(record => ({ sequence: record.sequence, key, fate: judge(record) }));
  });
  const open = known.flat().filter(({ fate }) => fate !== 'taken');
  const parked = await inLanes(lanes, open);
  return known.flat().map(each => (parked.has(each.sequence) ? { ...each, fate: 'parked' } : each));
}

type Judge = (record: HeldRecord) => KnownFate;

interface Evidence<State> {
  readonly store: Pick<FoldStore<State>, 'read' | 'readPages'>;
  readonly limits: FoldLimits;
}

async function judgeOf<State>(
  { store, limits }: Evidence<State>,
  key: string,
  records: readonly HeldRecord[],
): Promise<Judge> {
  try {
    const item = (await store.read([key])).get(key);
    if (!item) return () => 'waiting';
    const pages = await readPages({ store, limits }, item, records);
    return judgeBy(item, { pages, limits, newestMs: newest(records) });
  } catch (error) {
    if (isRetryable(error)) throw error;
    return () => 'waiting'; // the item is damaged: its records are in the lane, or wait
  }
}

async function readPages<State>(
  { store, limits }: Evidence<State>,
  { key, recentIds }: FoldItem<State>,
  records: readonly HeldRecord[],
): Promise<IdPages> {
  const idTimes = records.map(({ event }) => idTime(event.id));
  const names = pagesToRead(recentIds, { idTimes, newestMs: newest(records) }, limits.recentIds);
  if (names.length === 0) return new Map();
  return (await store.readPages(new Map([[key, names]]))).get(key) ?? new Map();
}

function judgeBy(
  { key, recentIds, parked, lastSequence }: FoldItem<unknown>,
  { pages, limits, newestMs }: { readonly pages: IdPages; readonly limits: FoldLimits; readonly newestMs: number },
): Judge {
  const memory = recallIds(recentIds, { key, read: pages, newestMs, limits: limits.recentIds });
  const fence = parked?.through ?? lastSequence;
  return ({ event, sequence, arrivedAtMs }) => {
    const verdict = memory.judge(sight(event));
    if (verdict === 'redelivered' || (event.acceptance === undefined && verdict === 'duplicate')) return 'taken';
    if (fence === undefined || compareSequenceNumbers(sequence, fence) > 0) return 'waiting';
    if (verdict === 'conflicting') return 'refused';
    return arrivedAtMs <= recentIds.forgottenUntilMs ? 'taken' : 'missed';
  };
}

function newest(records: readonly HeldRecord[]): number {
  return Math.max(...records.map(({ arrivedAtMs }) => arrivedAtMs));
}
