import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { invalid, readChoice } from '../request.ts';
import { carryOut } from '../single-write.ts';
import { copyItem } from '../values/attribute-value.ts';
import { putRequest } from '../write-request.ts';

/** PutItem: stores an item in place of the one with its key. */
export function putItem(database: Database, input: JsonObject): JsonObject {
  const returned = readOldValues(input);
  const { write, report } = carryOut(database, putRequest(database, input), input);
  const attributes = returned === 'ALL_OLD' && write.before ? { Attributes: copyItem(write.before.item) } : {};
  return { ...attributes, ...report };
}

/** `ReturnValues` of the operations that can only return what was there before. */
export function readOldValues(input: JsonObject): 'NONE' | 'ALL_OLD' {
  const choices = ['NONE', 'ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'UPDATED_NEW'] as const;
  const chosen = readChoice(input, 'ReturnValues', choices);
  if (chosen === 'NONE' || chosen === 'ALL_OLD') return chosen;
  throw invalid('ReturnValues can only be ALL_OLD or NONE');
}
