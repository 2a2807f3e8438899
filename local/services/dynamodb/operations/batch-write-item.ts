import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter } from '../capacity.ts';
import { commit } from '../commit.ts';
import type { Database } from '../database.ts';
import { SchemaMismatch, schemaMismatch } from '../keys/key-schema.ts';
import { asObject, invalid, readCapacityDetail, readObject } from '../request.ts';
import { admit, writeDemands } from '../throughput/admission.ts';
import { type Throttling, throttleError } from '../throughput/throttle-error.ts';
import { attempt, deleteRequest, putRequest, type WriteRequest } from '../write-request.ts';
import { refuseDuplicates } from './batch-get-item.ts';

const MOST_WRITES = 25;
const LARGEST_REQUEST_BYTES = 16 * 1024 * 1024;

interface BatchEntry {
  /** The table's name or ARN, as the request has it. */
  readonly reference: string;
  readonly entry: unknown;
  readonly request: WriteRequest;
}

/**
 * BatchWriteItem: up to 25 puts and deletes, each on its own; all are refused when one of them is malformed. What exceeds a
 * table's throughput comes back as unprocessed.
 */
export function batchWriteItem(database: Database, input: JsonObject): JsonObject {
  const meter = new CapacityMeter(readCapacityDetail(input));
  const entries = readEntries(database, input);
  const writes = entries.map(each => ({ ...each, write: attempt(each.request) }));
  const sizeBytes = writes.reduce((sum, { write }) => sum + (write.after?.sizeBytes ?? 0), 0);
  if (sizeBytes > LARGEST_REQUEST_BYTES) {
    throw invalid(`Cannot write batch: at most ${LARGEST_REQUEST_BYTES} bytes per call, received ${sizeBytes}`);
  }
  const unprocessed: Record<string, unknown[]> = {};
  let refused: Throttling | undefined;
  let written = 0;
  for (const { reference, entry, write } of writes) {
    const throttled = database.throttle && admit(database, writeDemands(write));
    if (throttled) {
      refused ??= throttled;
      unprocessed[reference] = [...(unprocessed[reference] ?? []), entry];
      continue;
    }
    commit(database, write, meter);
    written++;
  }
  if (refused && written === 0) throw throttleError(refused);
  return { UnprocessedItems: unprocessed, ...meter.several() };
}

function readEntries(database: Database, input: JsonObject): BatchEntry[] {
  const tables = Object.entries(readObject(input, 'RequestItems') ?? {});
  if (tables.length === 0) throw invalid('The requestItems parameter is required for BatchWriteItem');
  for (const [name, entries] of tables) checkCount(name, entries);
  const all = tables.flatMap(([name, entries]) => (entries as unknown[]).map(entry => ({ reference: name, entry }))); // checked to be lists
  if (all.length > MOST_WRITES) throw invalid('Too many items requested for the BatchWriteItem call');
  const requested = all.map(each => ({
    ...each,
    request: readRequest(database, each.reference, asObject(each.entry)),
  }));
  const requests = requested.map(({ request }) => request);
  for (const table of new Set(requests.map(request => request.table))) {
    refuseDuplicates(requests.filter(request => request.table === table).map(request => request.location));
  }
  return requested;
}

function checkCount(name: string, entries: unknown): void {
  if (Array.isArray(entries) && entries.length >= 1 && entries.length <= MOST_WRITES) return;
  throw invalid(
    `1 validation error detected: Value '{${name}=[${Array.isArray(entries) ? `${entries.length} write requests` : ''}]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${MOST_WRITES}, Member must have length greater than or equal to 1]`,
  );
}

function readRequest(database: Database, TableName: string, entry: JsonObject): WriteRequest {
  const put = readObject(entry, 'PutRequest');
  const remove = readObject(entry, 'DeleteRequest');
  if ((put === undefined) === (remove === undefined)) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (remove) return deleteRequest(database, { TableName, Key: remove.Key });
  try {
    return putRequest(database, { TableName, Item: put?.Item });
  } catch (error) {
    // Batches say "does not match the schema" for the table's keys, whatever is wrong with them (observed on AWS).
    if (error instanceof SchemaMismatch && !error.message.includes('Index Key')) throw schemaMismatch();
    throw error;
  }
}
