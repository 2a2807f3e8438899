/**
 * TransactWriteItems: all of up to 100 writes and checks, or none.
 *
 * Everything here runs in one turn of the event loop, so a transaction never meets another one half done, and is never
 * cancelled for a conflict.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter, readUnits, writeUnits } from '../capacity.ts';
import { commitAll, type Write } from '../commit.ts';
import { fingerprintOf, isRepeated, remember } from '../completed-transactions.ts';
import { type Database, findTable } from '../database.ts';
import { keyAttributes, locate, SchemaMismatch } from '../keys/key-schema.ts';
import { asObject, invalid, readCapacityDetail, readList, readObject, readText } from '../request.ts';
import { admitTogether, writeDemands } from '../throughput/admission.ts';
import { cancellationReason } from '../throughput/throttle-error.ts';
import { attributeOf, typeOf } from '../values/attribute-value.ts';
import { readItem } from '../values/attribute-value-input.ts';
import {
  attempt,
  conditionCheckRequest,
  deleteRequest,
  putRequest,
  updateRequest,
  type WriteRequest,
} from '../write-request.ts';
import { type CancellationReason, cancelled } from './cancelled-transaction.ts';

const MOST_ACTIONS = 100;
const LARGEST_TRANSACTION_BYTES = 4 * 1024 * 1024;
const LONGEST_TOKEN = 36;

const ACTIONS = {
  Put: putRequest,
  Update: updateRequest,
  Delete: deleteRequest,
  ConditionCheck: conditionCheckRequest,
} as const;

/** What would come of an action: its write, or the reason why it cannot be done. */
type Outcome = { readonly write: Write; readonly checksOnly: boolean } | { readonly reason: CancellationReason };

export function transactWriteItems(database: Database, input: JsonObject): JsonObject {
  const meter = new CapacityMeter(readCapacityDetail(input), 'WriteCapacityUnits');
  const actions = readActions(input);
  const token = readToken(input);
  const fingerprint = token === undefined ? '' : fingerprintOf(actions);
  if (token !== undefined && isRepeated(database, token, fingerprint)) return repeated(database, input, actions);

  const requests = actions.map(action => readAction(database, action));
  refuseSharedItems(requests);
  const outcomes = requests.map(request => ('reason' in request ? request : attemptAction(request)));
  if (outcomes.some(outcome => 'reason' in outcome)) {
    throw cancelled(outcomes.map(outcome => ('reason' in outcome ? outcome.reason : undefined)));
  }
  const writes = outcomes.flatMap(outcome => ('write' in outcome ? [outcome] : []));
  checkTotalSize(writes.map(({ write }) => write));
  admitWrites(database, writes);
  for (const { write, checksOnly } of writes) {
    if (checksOnly) meter.addTable(write.table.name, writeUnits(write.before?.sizeBytes ?? 0));
  }
  commitAll(
    database,
    writes.filter(({ checksOnly }) => !checksOnly).map(({ write }) => write),
    meter,
  );
  if (token !== undefined) remember(database, token, fingerprint);
  return meter.several();
}

/** @throws AwsError TransactionCanceledException when it is too much for a table or index */
function admitWrites(database: Database, writes: readonly { readonly write: Write }[]): void {
  if (!database.throttle) return;
  const refusals = admitTogether(
    database,
    writes.map(({ write }) => writeDemands(write, 2)),
  );
  if (refusals) throw cancelled(refusals.map(refused => refused && cancellationReason(refused)));
}

function readActions(input: JsonObject): readonly JsonObject[] {
  const actions = readList(input, 'TransactItems') ?? [];
  if (actions.length === 0) throw wrongCount('[]', 'greater than or equal to 1');
  if (actions.length > MOST_ACTIONS)
    throw wrongCount(`[${actions.length} actions]`, `less than or equal to ${MOST_ACTIONS}`);
  return actions.map(asObject);
}

/** The reason for which an action can never be done to its table, and the item that it meant, if its key is one. */
interface Misfit {
  readonly reason: CancellationReason;
  readonly target: Pick<WriteRequest, 'table' | 'location'> | undefined;
}

function readAction(database: Database, action: JsonObject): WriteRequest | Misfit {
  const [name, ...more] = (Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).filter(kind => action[kind] != null);
  if (!name || more.length > 0) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const request = readObject(action, name) ?? {};
  try {
    return ACTIONS[name](database, request);
  } catch (error) {
    if (!(error instanceof SchemaMismatch)) throw error;
    const reason = { Code: 'ValidationError', Message: error.message };
    return { reason, target: targetOf(database, request) };
  }
}

function targetOf(database: Database, request: JsonObject): Misfit['target'] {
  const table = findTable(database, request.TableName);
  const { schema } = table.definition;
  const item = readItem(request.Key ?? request.Item);
  const isKeyed = keyAttributes(schema).every(({ name, type }) => {
    const value = attributeOf(item, name);
    return value !== undefined && typeOf(value) === type;
  });
  return isKeyed ? { table, location: locate(schema, item) } : undefined;
}

function attemptAction(request: WriteRequest): Outcome {
  try {
    return { write: attempt(request), checksOnly: request.checksOnly };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const failed = error.code === 'ConditionalCheckFailedException';
    return {
      reason: { Code: failed ? 'ConditionalCheckFailed' : 'ValidationError', Message: error.message, ...error.fields },
    };
  }
}

function refuseSharedItems(requests: readonly (WriteRequest | Misfit)[]): void {
  const seen = new Set<string>();
  for (const request of requests) {
    const target = 'reason' in request ? request.target : request;
    if (!target) continue;
    const { table, location } = target;
    const identity = `${table.name}\0\0${location.partition}\0\0${location.position}`;
    if (seen.has(identity)) throw invalid('Transaction request cannot include multiple operations on one item');
    seen.add(identity);
  }
}

function checkTotalSize(writes: readonly Write[]): void {
  const sizeBytes = writes.reduce((sum, { before, after }) => sum + (after ?? before ?? { sizeBytes: 0 }).sizeBytes, 0);
  if (sizeBytes <= LARGEST_TRANSACTION_BYTES) return;
  throw invalid('Transaction request size has exceeded the maximum allowed size of 4 MB');
}

function readToken(input: JsonObject): string | undefined {
  const token = readText(input, 'ClientRequestToken');
  if (token !== undefined && (token.length < 1 || token.length > LONGEST_TOKEN)) {
    const rule = token.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${LONGEST_TOKEN}`;
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  return token;
}

/** A repetition writes nothing and is charged as a read of the items. */
function repeated(database: Database, input: JsonObject, actions: readonly JsonObject[]): JsonObject {
  const meter = new CapacityMeter(readCapacityDetail(input), 'ReadCapacityUnits');
  for (const action of actions) {
    const request = readAction(database, action);
    if ('reason' in request) continue;
    meter.addTable(request.table.name, readUnits(request.table.items.get(request.location)?.sizeBytes ?? 0, true));
  }
  return meter.several();
}

function wrongCount(shown: string, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${shown}' at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
  );
}
