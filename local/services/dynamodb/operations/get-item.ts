import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter, readUnits } from '../capacity.ts';
import { type Database, findTable } from '../database.ts';
import { checkedProjection, type Projection, project } from '../expressions/projection.ts';
import { RequestExpressions } from '../expressions/request-expressions.ts';
import { checkKey, locate } from '../keys/key-schema.ts';
import { readCapacityDetail, readFlag, refuseLegacy, required } from '../request.ts';
import { admitOrThrow, readDemand } from '../throughput/admission.ts';
import { copyItem, type Item } from '../values/attribute-value.ts';
import { readItem } from '../values/attribute-value-input.ts';

/** GetItem: one item by its key. */
export function getItem(database: Database, input: JsonObject): JsonObject {
  refuseLegacy(input, { AttributesToGet: 'ProjectionExpression' });
  const meter = new CapacityMeter(readCapacityDetail(input));
  const consistent = readFlag(input, 'ConsistentRead') ?? false;
  const projection = readProjection(input);
  const key = readItem(required(input.Key ?? undefined, 'Key'));
  const table = findTable(database, input.TableName);
  checkKey(table.definition.schema, key);
  const location = locate(table.definition.schema, key);
  const stored = table.items.get(location);
  const { partition } = location;
  if (database.throttle) {
    admitOrThrow(database, [readDemand({ table, partition, sizeBytes: stored?.sizeBytes ?? 0, consistent })]);
  }
  meter.addTable(table.name, readUnits(stored?.sizeBytes ?? 0, consistent));
  return { ...(stored ? { Item: shown(stored.item, projection) } : {}), ...meter.single() };
}

/** The projection of an operation that has no other expression. @throws AwsError ValidationException */
export function readProjection(input: JsonObject): Projection | undefined {
  const expressions = new RequestExpressions(input, ['ProjectionExpression']);
  const paths = expressions.projection();
  expressions.checkAllUsed();
  return paths && checkedProjection(paths);
}

/** A copy of the item, or of its projected part. */
export function shown(item: Item, projection: Projection | undefined): Item {
  return projection ? project(projection, item) : copyItem(item);
}
