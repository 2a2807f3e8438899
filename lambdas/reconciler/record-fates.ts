/** What became of records of the stream, by what a fold keeps: its memory, its fence, and the lanes of parked keys. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Clock,
  compareSequenceNumbers,
  defaultFoldLimits,
  type FoldItem,
  type FoldStore,
  type IdPages,
  type Ids,
  idTime,
  imprintOf,
  isRetryable,
  type LedgerFate,
  pagesToRead,
  recallIds,
} from '../../core/index.ts';
import { batchGetItems } from '../adapters/batch-get-items.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import type { RangedRecord } from '../adapters/stream-range-kinesis.ts';
import { atOnce } from '../runtime/at-once.ts';
import type { ProcessorEvidence } from './topology.ts';

export interface FatesOptions {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  readonly ids: Ids;
}

const KEYS_AT_ONCE = 8;

/** The fate of each record, by its sequence number. Records are those of one processor, of any keys. */
export async function recordFates(
  { client, clock, ids }: FatesOptions,
  { table, keyAttribute, parked, hop }: ProcessorEvidence & { readonly hop: string },
  records: readonly RangedRecord[],
): Promise<ReadonlyMap<string, LedgerFate>> {
  const ports = { client, clock, ids };
  const store = dynamodbFoldStore<unknown>({ ...ports, tableName: table, layout: { keyAttribute } });
  const byKey = [...Map.groupBy(records, ({ event }) => event.subject)];
  const known = await atOnce(byKey, KEYS_AT_ONCE, async ([key, ofKey]) => {
    const judge = await judgeOf(store, key, ofKey);
    return ofKey.map(record => [record.sequence, judge(record)] as const);
  });
  const fates = new Map(known.flat());
  const open = records.filter(({ sequence }) => fates.get(sequence) !== 'taken');
  const keys = open.map(({ event, sequence }) => ({
    lane: { S: `${hop}#${event.subject}` },
    sequence: { S: sequence.padStart(128, '0') },
  }));
  for (const row of await batchGetItems({ ...ports, tableName: parked }, keys)) {
    fates.set((row.sequence?.S ?? '').replace(/^0+(?=\d)/, ''), 'parked');
  }
  return fates;
}

type Judge = (record: RangedRecord) => LedgerFate;

async function judgeOf(store: FoldStore<unknown>, key: string, records: readonly RangedRecord[]): Promise<Judge> {
  try {
    const item = (await store.read([key])).get(key);
    if (!item) return () => 'waiting';
    return judgeBy(item, await readPages(store, item, records), records);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return () => 'waiting'; // the item is damaged: its records are in the lane, or wait
  }
}

async function readPages(
  store: FoldStore<unknown>,
  { key, recentIds }: FoldItem<unknown>,
  records: readonly RangedRecord[],
): Promise<IdPages> {
  const idTimes = records.map(({ event }) => idTime(event.id));
  const names = pagesToRead(recentIds, { idTimes, newestMs: newest(records) }, defaultFoldLimits.recentIds);
  if (names.length === 0) return new Map();
  return (await store.readPages(new Map([[key, names]]))).get(key) ?? new Map();
}

function judgeBy(item: FoldItem<unknown>, pages: IdPages, records: readonly RangedRecord[]): Judge {
  const { key, recentIds, parked, lastSequence } = item;
  const limits = defaultFoldLimits.recentIds;
  const memory = recallIds(recentIds, { key, read: pages, newestMs: newest(records), limits });
  const fence = parked?.through ?? lastSequence;
  return ({ event, sequence, arrivedAtMs }) => {
    const verdict = memory.judge(imprintOf(event));
    if (verdict === 'redelivered' || (event.acceptance === undefined && verdict === 'duplicate')) return 'taken';
    if (fence === undefined || compareSequenceNumbers(sequence, fence) > 0) return 'waiting';
    return arrivedAtMs <= recentIds.forgottenUntilMs ? 'taken' : 'missed';
  };
}

function newest(records: readonly RangedRecord[]): number {
  return Math.max(...records.map(({ arrivedAtMs }) => arrivedAtMs));
}
