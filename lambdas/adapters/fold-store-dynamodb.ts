import {
  PutItemCommand,
  type PutItemCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ConflictError, type FoldItem, type FoldRecord, type FoldStore, type FoldWrite } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import { type FoldItemLayout, fromAttributes, toAttributes } from './fold-item-dynamodb.ts';
import { cancellationOf } from './transaction-cancellation.ts';

export interface DynamodbFoldStoreOptions<State> extends BatchGetOptions {
  readonly layout: FoldItemLayout<State>;
  /** Where the records of parked keys go. @default none: a write with a lane is refused */
  readonly lanes?: { readonly tableName: string; readonly processor: string };
}

/**
 * Fold states in a table: one BatchGetItem for the keys of a batch, one conditional PutItem for each write. A write
 * that parks records is a transaction of the item and the rows of the lane.
 */
export function dynamodbFoldStore<State>(options: DynamodbFoldStoreOptions<State>): FoldStore<State> {
  const { layout } = options;
  async function read(keys: readonly string[]): Promise<ReadonlyMap<string, FoldItem<State>>> {
    const wanted = [...new Set(keys)].map(key => ({ [layout.keyAttribute]: { S: key } }));
    const items = (await batchGetItems(options, wanted)).map(attributes => fromAttributes(attributes, layout));
    return new Map(items.map(item => [item.key, item]));
  }
  return { read, write: write => (write.lane.length === 0 ? putItem(options, write) : putWithLane(options, write)) };
}

async function putItem<State>(options: DynamodbFoldStoreOptions<State>, write: FoldWrite<State>): Promise<void> {
  try {
    await options.client.send(new PutItemCommand(conditionalPut(options, write)));
  } catch (error) {
    if (errorName(error) === 'ConditionalCheckFailedException') throw conflict(write, error);
    throw operatingError(error);
  }
}

async function putWithLane<State>(options: DynamodbFoldStoreOptions<State>, write: FoldWrite<State>): Promise<void> {
  const items: TransactWriteItem[] = [
    { Put: conditionalPut(options, write) },
    ...write.lane.map(record => ({ Put: laneRow(options, write, record) })),
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
    throw operatingError(error);
  }
}

/** The put, on the condition that the item is the one that was read: both its revision and its fence. */
function conditionalPut<State>(options: DynamodbFoldStoreOptions<State>, write: FoldWrite<State>) {
  const { layout, tableName } = options;
  const put = { TableName: tableName, Item: toAttributes(write.item, layout) };
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
    ExpressionAttributeValues: marshall(
      { ':revision': revision, ':sequence': lastSequence },
      { removeUndefinedValues: true },
    ),
  } satisfies PutItemCommandInput;
}

/** `lane` = `<processor>#<key>`, `sequence` padded so that text order is numeric order. */
function laneRow<State>(options: DynamodbFoldStoreOptions<State>, write: FoldWrite<State>, record: FoldRecord) {
  if (!options.lanes) throw new Error(`Cannot park '${write.item.key}': no lanes are configured`);
  return {
    TableName: options.lanes.tableName,
    Item: marshall({
      lane: `${options.lanes.processor}#${write.item.key}`,
      sequence: record.sequence.padStart(128, '0'),
      arrivedAtMs: record.arrivedAtMs,
      event: JSON.stringify(record.event),
      reason: write.item.parked?.reason ?? '',
    }),
  };
}

function conflict<State>(write: FoldWrite<State>, cause: unknown): ConflictError {
  const expected = write.expected ? `revision ${write.expected.revision}` : 'no item';
  return new ConflictError(`Cannot write '${write.item.key}': expected ${expected}, found another`, { cause });
}
