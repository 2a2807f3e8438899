import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type BackOff, type IdempotencyRow, isDrainers } from '../../core/index.ts';
import { chunks } from '../runtime/chunks.ts';
import type { BatchGetOptions } from './batch-get-items.ts';
import type { Attributes } from './fold-item-dynamodb.ts';
import { beforeNextTry, transactItems } from './transact-items.ts';
import type { CancellationReason } from './transaction-cancellation.ts';

/** A row comes with one more item at most, and a transaction holds 100. */
const CHUNK = { maxItems: 50, maxBytes: 3_000_000, sizeBytes: ({ sizeBytes }: { sizeBytes: number }) => sizeBytes };
const BACK_OFF: BackOff = { tries: 8, firstDelayMs: 20, maxDelayMs: 1000 };

/** The row of the same event, and its key is parked from it on. */
export const IS_PARKED = '#status = :parked AND fingerprint = :fingerprint';

/** A put of a row that is not there yet; a drainer's takes the place of one that says that the event is parked. */
export function putRow(tableName: string, row: IdempotencyRow): TransactWriteItem {
  const condition = isDrainers(row)
    ? {
        ConditionExpression: `attribute_not_exists(id) OR (${IS_PARKED})`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':parked': 'parked', ':fingerprint': row.fingerprint }),
      }
    : { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    Put: {
      TableName: tableName,
      Item: attributesOf(row),
      ...condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** A row as it was read. */
export function rowFrom(item: Attributes): IdempotencyRow {
  const { expiresAt, answer, ...row } = unmarshall(item);
  const read = { ...row, expiresAtMs: expiresAt * 1000, ...(answer !== undefined && { answer: JSON.parse(answer) }) };
  return read as unknown as IdempotencyRow; // written by this adapter only
}

function attributesOf({ expiresAtMs, ...row }: IdempotencyRow): Attributes {
  const answer = 'answer' in row && row.answer !== undefined ? JSON.stringify(row.answer) : undefined;
  return marshall({ ...row, answer, expiresAt: secondsOf(expiresAtMs) }, { removeUndefinedValues: true });
}

export interface RowWrites<Request, Answer> {
  readonly idOf: (request: Request) => string;
  /** The first of them is the row's. */
  readonly itemsOf: (request: Request) => readonly TransactWriteItem[];
  /** The answer for a row that was met as it must not be; absent when there was none. */
  readonly metAs: (request: Request, found: IdempotencyRow | undefined) => Answer;
  readonly done: Answer;
}

/**
 * Writes rows, each if its condition holds; answers come in the order of the requests. Several go in one transaction, which is
 * cancelled when one of them cannot be written: those are answered with what was found, and the others sent again.
 * @throws ThrottledError, TerminalError
 */
export async function writeRows<Request, Answer>(
  requests: readonly Request[],
  options: BatchGetOptions,
  writes: RowWrites<Request, Answer>,
): Promise<Answer[]> {
  const answers = new Map<Request, Answer>();
  const times = new Map<string, number>();
  const layers = Map.groupBy(requests, request => {
    const id = writes.idOf(request);
    times.set(id, (times.get(id) ?? 0) + 1);
    return times.get(id);
  }); // a transaction may not write a row twice
  for (const layer of layers.values()) {
    const sized = layer.map(request => sizedOf(request, writes.itemsOf(request)));
    for (const chunk of chunks(sized, CHUNK)) await writeChunk(chunk, options, { writes, answers });
  }
  return requests.map(request => answers.get(request) ?? writes.done);
}

interface Sized<Request> {
  readonly request: Request;
  readonly items: readonly TransactWriteItem[];
  readonly sizeBytes: number;
}

function sizedOf<Request>(request: Request, items: readonly TransactWriteItem[]): Sized<Request> {
  return { request, items, sizeBytes: JSON.stringify(items).length };
}

async function writeChunk<Request, Answer>(
  chunk: readonly Sized<Request>[],
  options: BatchGetOptions,
  { writes, answers }: { readonly writes: RowWrites<Request, Answer>; readonly answers: Map<Request, Answer> },
): Promise<void> {
  let open = chunk;
  for (let attempt = 1; open.length > 0; ) {
    const items = open.flatMap(each => each.items);
    const cancelled = await transactItems(options.client, items);
    if (!cancelled) {
      for (const { request } of open) answers.set(request, writes.done);
      return;
    }
    const met = metIn(open, cancelled);
    for (const [{ request }, found] of met) answers.set(request, writes.metAs(request, found));
    open = open.filter(each => !met.has(each));
    const again = { attempt, backOff: BACK_OFF, reasons: cancelled, doing: 'write rows' };
    if (met.size === 0) attempt = await beforeNextTry(options, again);
  }
}

/** The requests whose rows were not as they have to be, with what was found. */
function metIn<Each extends { readonly items: readonly TransactWriteItem[] }>(
  open: readonly Each[],
  reasons: readonly CancellationReason[],
): ReadonlyMap<Each, IdempotencyRow | undefined> {
  const met = new Map<Each, IdempotencyRow | undefined>();
  let index = 0;
  for (const each of open) {
    const reason = reasons[index];
    if (reason?.code === 'ConditionalCheckFailed') met.set(each, reason.found && rowFrom(reason.found));
    index += each.items.length;
  }
  return met;
}

/** Epoch seconds, as TTL has them. */
export function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}
