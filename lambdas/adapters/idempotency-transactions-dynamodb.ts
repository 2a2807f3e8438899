/** Effects and the rows that remember their events, in one TransactWriteItems call; items in one BatchGetItem per table. */
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type AddressedWrite,
  type Expectation,
  type FoundItem,
  type IdempotencyRow,
  type ItemKey,
  type ItemRef,
  itemName,
  messageOf,
  type Obstacle,
  TerminalError,
  type Transaction,
  type TransactionOutcome,
  type TransactionStore,
} from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';
import { batchGetItems } from './batch-get-items.ts';
import type { Attributes } from './fold-item-dynamodb.ts';
import { dynamodbIdempotency, type IdempotencyOptions, putOutbox } from './idempotency-dynamodb.ts';
import { putRow, rowFrom } from './idempotency-rows-dynamodb.ts';
import { type CancellationReason, cancellationOf, codesOf } from './transaction-cancellation.ts';

export interface TransactionOptions extends IdempotencyOptions {
  /** The physical name of each table that a definition names. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Tables that change together with the memory of the events that changed them. */
export function dynamodbTransactions(options: TransactionOptions): TransactionStore {
  return {
    ...dynamodbIdempotency(options),
    read: refs => readItems(options, refs),
    commit: transaction => commit(options, transaction),
  };
}

async function readItems(options: TransactionOptions, refs: readonly ItemRef[]): Promise<(FoundItem | undefined)[]> {
  const found = new Map<string, FoundItem>();
  for (const [table, ofTable] of Map.groupBy(refs, ref => ref.table)) {
    const keys = ofTable.map(({ key }) => marshalled(key));
    const items = await batchGetItems({ ...options, tableName: tableNameOf(options, table) }, keys);
    const names = Object.keys(ofTable[0]?.key ?? {});
    for (const item of items.map(unmarshalled)) {
      const key = Object.fromEntries(names.map(name => [name, item[name]])) as ItemKey; // key attributes are text or numbers
      found.set(itemName(table, key), item);
    }
  }
  return refs.map(({ table, key }) => found.get(itemName(table, key)));
}

async function commit(options: TransactionOptions, transaction: Transaction): Promise<TransactionOutcome> {
  const items = [
    ...transaction.rows.map(row => putRow(options.tableName, { ...row, status: 'completed' })),
    ...transaction.writes.map(write => effectOf(options, write)),
    ...transaction.outbox.map(entry => putOutbox(options, entry)),
  ];
  try {
    await options.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return { status: 'committed' };
  } catch (error) {
    const reasons = cancellationOf(error);
    if (!reasons) throw operatingError(error);
    return cancelled(transaction, reasons, messageOf(error));
  }
}

/** @throws TerminalError when what is no effect stood in the way for good */
function cancelled(
  { rows, writes }: Transaction,
  reasons: readonly CancellationReason[],
  message: string,
): TransactionOutcome {
  const known = new Map<string, IdempotencyRow>();
  for (const [index, row] of rows.entries()) {
    const { code, found } = reasons[index] ?? {};
    if (code === 'ConditionalCheckFailed' && found) known.set(row.id, rowFrom(found));
  }
  const obstacles = writes.map((_, index) => obstacleOf(reasons[rows.length + index]?.code));
  const others = [...reasons.slice(0, rows.length), ...reasons.slice(rows.length + writes.length)];
  if (others.some(({ code }) => obstacleOf(code) === 'refused')) throw new TerminalError(`Cannot commit: ${message}`);
  return { status: 'cancelled', known, obstacles, reason: `Cannot commit: ${codesOf(reasons)}` };
}

function obstacleOf(code: string | undefined): Obstacle | undefined {
  switch (code) {
    case undefined:
    case 'None':
      return undefined;
    case 'ConditionalCheckFailed':
      return 'unexpected';
    case 'ValidationError':
    case 'ItemCollectionSizeLimitExceeded':
      return 'refused';
    default:
      return 'busy'; // a conflict, or too much at a time
  }
}

function effectOf(options: TransactionOptions, { table, key, write }: AddressedWrite): TransactWriteItem {
  const TableName = tableNameOf(options, table);
  const condition = conditionOf(write.expect, key);
  switch (write.write) {
    case 'put':
      return { Put: { ...condition, TableName, Item: marshalled(write.item) } };
    case 'change': {
      const { UpdateExpression, names, values } = updateOf(write);
      const { ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = condition;
      return {
        Update: {
          ...rest,
          TableName,
          Key: marshalled(key),
          UpdateExpression,
          ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names },
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
        },
      };
    }
    case 'remove':
      return { Delete: { ...condition, TableName, Key: marshalled(key) } };
    case 'check': {
      const { ConditionExpression = 'attribute_exists(#k)', ...names } = condition;
      return { ConditionCheck: { ...names, ConditionExpression, TableName, Key: marshalled(key) } };
    }
  }
}

function updateOf({ set = {}, add = {} }: Extract<AddressedWrite['write'], { write: 'change' }>) {
  const sets = Object.entries(set);
  const adds = Object.entries(add);
  if (sets.length + adds.length === 0) throw new TerminalError('Cannot change item: nothing is set and nothing added');
  const settings = sets.map((_, index) => `#s${index} = :s${index}`).join(', ');
  const additions = adds.map((_, index) => `#a${index} :a${index}`).join(', ');
  return {
    UpdateExpression: [settings && `SET ${settings}`, additions && `ADD ${additions}`].filter(Boolean).join(' '),
    names: {
      ...Object.fromEntries(sets.map(([name], index) => [`#s${index}`, name])),
      ...Object.fromEntries(adds.map(([name], index) => [`#a${index}`, name])),
    },
    values: marshalled({
      ...Object.fromEntries(sets.map(([, value], index) => [`:s${index}`, value])),
      ...Object.fromEntries(adds.map(([, value], index) => [`:a${index}`, value])),
    }),
  };
}

interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
}

function conditionOf(expect: Expectation | undefined, key: ItemKey): Condition {
  if (expect === undefined) return {};
  const ExpressionAttributeNames = { '#k': Object.keys(key)[0] ?? '' };
  if (expect === 'absent') return { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames };
  const values = expect === 'present' ? [] : Object.entries(expect);
  const equal = values.map((_, index) => `#e${index} = :e${index}`);
  const ConditionExpression = ['attribute_exists(#k)', ...equal].join(' AND ');
  if (values.length === 0) return { ConditionExpression, ExpressionAttributeNames };
  for (const [index, [name]] of values.entries()) Object.assign(ExpressionAttributeNames, { [`#e${index}`]: name });
  const expected = values.map(([, value], index) => [`:e${index}`, value] as const);
  return {
    ConditionExpression,
    ExpressionAttributeNames,
    ExpressionAttributeValues: marshalled(Object.fromEntries(expected)),
  };
}

function tableNameOf({ tables }: TransactionOptions, table: string): string {
  const name = tables[table];
  if (name !== undefined) return name;
  throw new TerminalError(`Cannot use table: must be one of [${Object.keys(tables)}], received '${table}'`);
}

/** @throws TerminalError for what DynamoDB cannot hold: a number that is none, for example */
function marshalled(value: Readonly<Record<string, unknown>>): Attributes {
  try {
    return marshall(value, { removeUndefinedValues: true });
  } catch (error) {
    throw new TerminalError(`Cannot write item: ${messageOf(error)}`, { cause: error });
  }
}

function unmarshalled(item: Attributes): FoundItem {
  try {
    return unmarshall(item);
  } catch (error) {
    throw new TerminalError(`Cannot read item: ${messageOf(error)}`, { cause: error });
  }
}
