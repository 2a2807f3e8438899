import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { carryOut } from '../single-write.ts';
import { copyItem } from '../values/attribute-value.ts';
import { deleteRequest } from '../write-request.ts';
import { readOldValues } from './put-item.ts';

/** DeleteItem: takes an item out; that there is none is no error. */
export function deleteItem(database: Database, input: JsonObject): JsonObject {
  const returned = readOldValues(input);
  const { write, report } = carryOut(database, deleteRequest(database, input), input);
  const attributes = returned === 'ALL_OLD' && write.before ? { Attributes: copyItem(write.before.item) } : {};
  return { ...attributes, ...report };
}
