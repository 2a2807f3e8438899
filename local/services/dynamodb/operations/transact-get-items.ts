import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter, readUnits } from '../capacity.ts';
import { type Database, findTable } from '../database.ts';
import { checkKey, locate } from '../keys/key-schema.ts';
import { asObject, invalid, readCapacityDetail, readList, readObject, required } from '../request.ts';
import { admitTogether, readDemand } from '../throughput/admission.ts';
import { cancellationReason } from '../throughput/throttle-error.ts';
import { readItem } from '../values/attribute-value-input.ts';
import { cancelled } from './cancelled-transaction.ts';
import { readProjection, shown } from './get-item.ts';

const MOST_ITEMS = 100;
const LARGEST_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** TransactGetItems: up to 100 items as they are at one moment. */
export function transactGetItems(database: Database, input: JsonObject): JsonObject {
  const meter = new CapacityMeter(readCapacityDetail(input), 'ReadCapacityUnits');
  const actions = readList(input, 'TransactItems') ?? [];
  if (actions.length < 1 || actions.length > MOST_ITEMS) {
    const rule = actions.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ITEMS}`;
    throw invalid(
      `1 validation error detected: Value '[${actions.length === 0 ? '' : `${actions.length} actions`}]' at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  const gets = actions.map((action, index) => {
    const get = required(readObject(asObject(action), 'Get'), `transactItems.${index + 1}.member.get`);
    const projection = readProjection(get);
    const key = readItem(required(get.Key ?? undefined, `transactItems.${index + 1}.member.get.key`));
    const table = findTable(database, get.TableName);
    checkKey(table.definition.schema, key);
    const location = locate(table.definition.schema, key);
    return { table, partition: location.partition, stored: table.items.get(location), projection };
  });
  if (gets.reduce((sum, { stored }) => sum + (stored?.sizeBytes ?? 0), 0) > LARGEST_TRANSACTION_BYTES) {
    throw invalid('Transaction request size has exceeded the maximum allowed size of 4 MB');
  }
  const demands = gets.map(({ table, partition, stored }) => [
    readDemand({ table, partition, sizeBytes: stored?.sizeBytes ?? 0, consistent: true, factor: 2 }),
  ]);
  const refusals = admitTogether(database, demands);
  if (refusals) throw cancelled(refusals.map(refused => refused && cancellationReason(refused)));
  for (const { table, stored } of gets) meter.addTable(table.name, readUnits(stored?.sizeBytes ?? 0, true));
  const responses = gets.map(({ stored, projection }) => (stored ? { Item: shown(stored.item, projection) } : {}));
  return { Responses: responses, ...meter.several() };
}
