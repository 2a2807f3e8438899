import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type PutItemCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import {
  ConflictError,
  excerpt,
  type FoldItem,
  type FoldReading,
  type FoldRecord,
  type FoldStore,
  type FoldWrite,
  messageOf,
  TerminalError,
} from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { errorName, operatingError } from './aws-errors.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import { type FoldItemLayout, fromAttributes, toAttributes } from './fold-item-dynamodb.ts';
import { PageCache, readPages, writePage } from './fold-pages-dynamodb.ts';
import { laneRowKey } from './lanes-dynamodb.ts';
import { cancellationOf } from './transaction-cancellation.ts';

export interface DynamodbFoldStoreOptions<State> extends BatchGetOptions {
  readonly layout: FoldItemLayout<State>;
  /** Where the records of parked keys go. @default none: a write with a lane is refused */
  readonly lanes?: { readonly tableName: string; readonly processor: string };
}

const ROWS_AT_ONCE = 16;

const PAGES_AT_ONCE = 8;
/** Of a ULID: all of its randomness but 20 bits, for every item carries it. */
const WRITER_CHARS = 12;

/** The options and the name of one write: an item is the work of the write that it names. */
interface Writer<State> extends DynamodbFoldStoreOptions<State> {
  readonly writer: string;
}

/**
 * Fold states in a table: one BatchGetItem for the keys of a batch, one conditional PutItem for each write. A write
 * that parks or drains records is a transaction of the item and the rows of the lane. Each item says which write it is, so that a write
 * whose answer was lost and that was sent again is known as done, and not taken for a conflict; and an earlier write of the same
 * revision, which a stale read did not see, for no other than it is. The pages of a key's memory
 * are written before the item that lists them.
 */
export function dynamodbFoldStore<State>(options: DynamodbFoldStoreOptions<State>): FoldStore<State> {
  const { layout } = options;
  const cache = new PageCache();
  async function read(
    keys: readonly string[],
    reading: FoldReading = {},
  ): Promise<ReadonlyMap<string, FoldItem<State>>> {
    const wanted = [...new Set(keys)].map(key => ({ [layout.keyAttribute]: { S: key } }));
    const items = (await batchGetItems(options, wanted, reading)).map(attributes => fromAttributes(attributes, layout));
    return new Map(items.map(item => [item.key, item]));
  }
  async function setAside(key: string, records: readonly FoldRecord[], reason: string): Promise<FoldRecord[]> {
    const added = await atOnce(records, ROWS_AT_ONCE, record =>
      putRow(options, laneRow(options, { key, record, reason })),
    );
    return records.filter((_, index) => added[index]);
  }
  async function write(write: FoldWrite<State>): Promise<void> {
    const { pages = [] } = write;
    if (pages.length > 0) await atOnce(pages, PAGES_AT_ONCE, page => writePage(options, cache, write.item.key, page));
    const writer = { ...options, writer: options.ids.ulid().slice(-WRITER_CHARS) };
    await (write.lane.length === 0 && !write.drained ? putItem(writer, write) : putWithLane(writer, write));
  }
  return { read, readPages: names => readPages(options, cache, names), setAside, write };
}

async function putItem<State>(options: Writer<State>, write: FoldWrite<State>): Promise<void> {
  const put = { ...conditionalPut(options, write), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  try {
    await options.client.send(new PutItemCommand(put));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw operatingError(error);
    if (error.Item?.writtenBy?.S !== options.writer) throw conflict(write, error);
  }
}

/** @returns whether the row was not there yet */
async function putRow<State>(options: DynamodbFoldStoreOptions<State>, row: PutItemCommandInput): Promise<boolean> {
  try {
    await options.client.send(new PutItemCommand({ ...row, ConditionExpression: 'attribute_not_exists(lane)' }));
    return true;
  } catch (error) {
    if (errorName(error) === 'ConditionalCheckFailedException') return false;
    throw operatingError(error);
  }
}

async function putWithLane<State>(options: Writer<State>, write: FoldWrite<State>): Promise<void> {
  const { key, parked } = write.item;
  const reason = parked?.reason ?? '';
  const items: TransactWriteItem[] = [
    { Put: conditionalPut(options, write) },
    ...write.lane.map(record => ({ Put: laneRow(options, { key, record, reason }) })),
    ...(write.drained ?? []).map(record => ({ Delete: laneRowOf(options, key, record) })),
  ];
  try {
    await options.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
  } catch (error) {
    const cancellation = cancellationOf(error);
    if (
      cancellation?.some(reason => reason.code === 'ConditionalCheckFailed' || reason.code === 'TransactionConflict')
    ) {
      throw conflict(write, error);
    }
    if (cancellation?.some(reason => reason.code === 'ValidationError')) {
      throw new TerminalError(`Cannot write '${key}': ${messageOf(error)}`, { cause: error });
    }
    throw operatingError(error);
  }
}

/** The put, on the condition that the item is the one that was read: both its revision and its fence. */
function conditionalPut<State>(options: Writer<State>, write: FoldWrite<State>) {
  const { layout, tableName, writer, clock } = options;
  const outboxAt = write.item.outbox.length > 0 && { outboxAt: { N: String(Math.floor(clock.now() / 1000)) } };
  const Item = { ...attributesOf(write.item, layout), writtenBy: { S: writer }, ...outboxAt };
  const put = { TableName: tableName, Item };
  const { expected } = write;
  if (!expected) {
    const names = { '#key': layout.keyAttribute };
    return { ...put, ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: names };
  }
  const { revision, lastSequence } = expected;
  const fence = lastSequence === undefined ? 'attribute_not_exists(lastSequence)' : 'lastSequence = :sequence';
  return {
    ...put,
    ConditionExpression: `revision = :revision AND ${fence}`,
    ExpressionAttributeValues: {
      ':revision': { N: String(revision) },
      ...(lastSequence !== undefined && { ':sequence': { S: lastSequence } }),
    },
  } satisfies PutItemCommandInput;
}

/** @throws TerminalError when the state holds what DynamoDB cannot: a number that is none, for example */
function attributesOf<State>(item: FoldItem<State>, layout: FoldItemLayout<State>): ReturnType<typeof toAttributes> {
  try {
    return toAttributes(item, layout);
  } catch (error) {
    throw new TerminalError(`Cannot write '${item.key}': ${messageOf(error)}`, { cause: error });
  }
}

interface LaneEntry {
  readonly key: string;
  readonly record: FoldRecord;
  readonly reason: string;
}

function laneRow<State>({ lanes }: DynamodbFoldStoreOptions<State>, { key, record, reason }: LaneEntry) {
  if (!lanes) throw new Error(`Cannot park '${key}': no lanes are configured`);
  return {
    TableName: lanes.tableName,
    Item: marshall({
      ...laneRowKey(lanes.processor, key, record.sequence),
      arrivedAtMs: record.arrivedAtMs,
      event: JSON.stringify(record.event),
      reason: excerpt(reason),
      ...(record.shard !== undefined && { shard: record.shard }),
    }),
  };
}

/** The row that a record leaves when it is drained. */
function laneRowOf<State>({ lanes }: DynamodbFoldStoreOptions<State>, key: string, { sequence }: FoldRecord) {
  if (!lanes) throw new Error(`Cannot drain '${key}': no lanes are configured`);
  return { TableName: lanes.tableName, Key: marshall(laneRowKey(lanes.processor, key, sequence)) };
}

function conflict<State>(write: FoldWrite<State>, cause: unknown): ConflictError {
  const expected = write.expected ? `revision ${write.expected.revision}` : 'no item';
  return new ConflictError(`Cannot write '${write.item.key}': expected ${expected}, found another`, { cause });
}
