import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { CapacityMeter } from './capacity.ts';
import { commit, type Write } from './commit.ts';
import type { Database } from './database.ts';
import { keyOf } from './keys/key-schema.ts';
import { readCapacityDetail, readChoice } from './request.ts';
import type { Table } from './table.ts';
import { admitOrThrow, writeDemands } from './throughput/admission.ts';
import { copyItem, type Item } from './values/attribute-value.ts';
import { attempt, type WriteRequest } from './write-request.ts';

export interface SingleWrite {
  readonly write: Write;
  /** `ConsumedCapacity` and `ItemCollectionMetrics`, as far as they were asked for. */
  readonly report: JsonObject;
}

/** Carries out one write of its own. @throws AwsError ConditionalCheckFailedException, ValidationException */
export function carryOut(database: Database, request: WriteRequest, input: JsonObject): SingleWrite {
  const meter = new CapacityMeter(readCapacityDetail(input));
  const reportsCollection = readChoice(input, 'ReturnItemCollectionMetrics', ['NONE', 'SIZE']) === 'SIZE';
  const write = attemptCounted(database, request);
  admitWrite(database, write);
  commit(database, write, meter);
  const item = (write.after ?? write.before)?.item;
  const collection = reportsCollection && item ? itemCollection(request.table, item) : {};
  return { write, report: { ...meter.single(), ...collection } };
}

function attemptCounted(database: Database, request: WriteRequest): Write {
  try {
    return attempt(request);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') {
      countConditionFailure(database, request.table);
      admitWrite(database, unchanged(request));
    }
    throw error;
  }
}

/** A write that fails its condition costs as much as one that leaves the item as it is. */
function unchanged({ table, location }: WriteRequest): Write {
  const stored = table.items.get(location);
  return { table, location, before: stored, after: stored };
}

function admitWrite(database: Database, write: Write): void {
  if (database.throttle) admitOrThrow(database, writeDemands(write));
}

function countConditionFailure(database: Database, table: Table): void {
  database.cloud.metrics({
    namespace: 'AWS/DynamoDB',
    name: 'ConditionalCheckFailedRequests',
    dimensions: { TableName: table.name },
    value: 1,
    unit: 'Count',
  });
}

/** Only tables with local indexes have item collections; ours never grow past the first gigabyte. */
function itemCollection(table: Table, item: Item): JsonObject {
  if (![...table.indexes.values()].some(index => index.scope === 'local')) return {};
  const ItemCollectionKey = copyItem(keyOf({ hash: table.definition.schema.hash }, item));
  return { ItemCollectionMetrics: { ItemCollectionKey, SizeEstimateRangeGB: [0, 1] } };
}
