import type { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter, readUnits } from '../capacity.ts';
import { type Database, findTable } from '../database.ts';
import type { Projection } from '../expressions/projection.ts';
import { checkKey, locate } from '../keys/key-schema.ts';
import { asObject, invalid, readCapacityDetail, readFlag, readList, readObject, refuseLegacy } from '../request.ts';
import type { ItemLocation } from '../storage/item-store.ts';
import type { Table } from '../table.ts';
import { admit, readDemand } from '../throughput/admission.ts';
import { type Throttling, throttleError } from '../throughput/throttle-error.ts';
import type { Item } from '../values/attribute-value.ts';
import { readItem } from '../values/attribute-value-input.ts';
import { readProjection, shown } from './get-item.ts';

const MOST_KEYS = 100;
const LARGEST_RESPONSE_BYTES = 16 * 1024 * 1024;

interface TableKeys {
  /** The table's name or ARN, as the request has it. */
  readonly reference: string;
  readonly request: JsonObject;
  readonly table: Table;
  readonly keys: readonly { readonly key: Item; readonly location: ItemLocation }[];
  readonly projection: Projection | undefined;
  readonly consistent: boolean;
}

/**
 * BatchGetItem: up to 100 items of several tables; what would exceed 16 MB or a table's throughput comes back as
 * unprocessed.
 */
export function batchGetItem(database: Database, input: JsonObject): JsonObject {
  const meter = new CapacityMeter(readCapacityDetail(input));
  const tables = readTables(database, input);
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, JsonObject> = {};
  let responseBytes = 0;
  let readCount = 0;
  let refused: Throttling | undefined;
  for (const { reference, request, table, keys, projection, consistent } of tables) {
    const items: Item[] = [];
    const left: Item[] = [];
    let isFull = false;
    for (const { key, location } of keys) {
      const stored = table.items.get(location);
      const sizeBytes = stored?.sizeBytes ?? 0;
      isFull ||= responseBytes + sizeBytes > LARGEST_RESPONSE_BYTES;
      const demand = readDemand({ table, partition: location.partition, sizeBytes, consistent });
      const throttled = isFull ? undefined : admit(database, [demand]);
      refused ??= throttled;
      if (isFull || throttled) {
        left.push(key);
        continue;
      }
      readCount++;
      responseBytes += sizeBytes;
      meter.addTable(table.name, readUnits(sizeBytes, consistent));
      if (stored) items.push(shown(stored.item, projection));
    }
    responses[reference] = items;
    if (left.length > 0) unprocessed[reference] = { ...request, Keys: left };
  }
  if (refused && readCount === 0) throw throttleError(refused);
  return { Responses: responses, UnprocessedKeys: unprocessed, ...meter.several() };
}

function readTables(database: Database, input: JsonObject): TableKeys[] {
  const requested = Object.entries(readObject(input, 'RequestItems') ?? {});
  if (requested.length === 0) throw invalid('The requestItems parameter is required for BatchGetItem');
  const tables = requested.map(([reference, request]) => readTable(database, reference, asObject(request)));
  const total = tables.reduce((sum, { keys }) => sum + keys.length, 0);
  if (total > MOST_KEYS) throw invalid('Too many items requested for the BatchGetItem call');
  return tables;
}

function readTable(database: Database, reference: string, request: JsonObject): TableKeys {
  refuseLegacy(request, { AttributesToGet: 'ProjectionExpression' });
  const given = readList(request, 'Keys') ?? [];
  if (given.length === 0 || given.length > MOST_KEYS) throw wrongKeyCount(reference, given.length);
  const projection = readProjection(request);
  const table = findTable(database, reference);
  const schema = table.definition.schema;
  const keys = given.map(entry => {
    const key = readItem(entry);
    checkKey(schema, key);
    return { key, location: locate(schema, key) };
  });
  refuseDuplicates(keys.map(({ location }) => location));
  return { reference, request, table, keys, projection, consistent: readFlag(request, 'ConsistentRead') ?? false };
}

/** @throws AwsError ValidationException when two are the same */
export function refuseDuplicates(locations: readonly ItemLocation[]): void {
  const distinct = new Set(locations.map(({ partition, position }) => `${partition}\0\0${position}`));
  if (distinct.size < locations.length) throw invalid('Provided list of item keys contains duplicates');
}

function wrongKeyCount(reference: string, count: number): AwsError {
  const rule = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_KEYS}`;
  return invalid(
    `1 validation error detected: Value at 'requestItems.${reference}.member.keys' failed to satisfy constraint: Member must have length ${rule}`,
  );
}
