import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, findTable } from '../database.ts';
import { checkKey, type KeySchema, keyAttributes, keyOf, locate } from '../keys/key-schema.ts';
import { invalid, readFlag, readText } from '../request.ts';
import { indexLocation, projected, type SecondaryIndex } from '../secondary-index.ts';
import type { ItemLocation, ItemStore, StoredItem } from '../storage/item-store.ts';
import type { Table } from '../table.ts';
import { attributeOf, copyItem, type Item, type ItemDraft, setAttribute } from '../values/attribute-value.ts';
import { readItem } from '../values/attribute-value-input.ts';

/** What a query or scan walks: a table, or one of its indexes. */
export interface ReadTarget {
  readonly table: Table;
  readonly index: SecondaryIndex | undefined;
  readonly schema: KeySchema;
  readonly items: ItemStore;
  readonly consistent: boolean;
}

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function readTarget(database: Database, input: JsonObject): ReadTarget {
  const table = findTable(database, input.TableName);
  const consistent = readFlag(input, 'ConsistentRead') ?? false;
  const name = readText(input, 'IndexName');
  if (name === undefined) {
    return { table, index: undefined, schema: table.definition.schema, items: table.items, consistent };
  }
  const index = table.indexes.get(name);
  if (!index) throw invalid(`The table does not have the specified index: ${name}`);
  if (consistent && index.scope === 'global') {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  return { table, index, schema: index.schema, items: index.items, consistent };
}

/** The item as the target holds it. */
export function viewOf({ table, index }: ReadTarget, stored: StoredItem): StoredItem {
  return index ? projected(index, table.definition.schema, stored) : stored;
}

/** `LastEvaluatedKey`: the keys of the table, and those of the index. */
export function continuationKey({ table, index }: ReadTarget, item: Item): Item {
  const key: ItemDraft = {};
  const own = index ? keyOf(index.schema, item) : {};
  for (const part of [keyOf(table.definition.schema, item), own]) {
    for (const name of Object.keys(part)) setAttribute(key, name, part[name] as Item[string]); // own member
  }
  return copyItem(key);
}

/** Where `ExclusiveStartKey` points. @throws AwsError ValidationException when it is no key of the target */
export function readStart(target: ReadTarget, input: JsonObject): ItemLocation | undefined {
  if (input.ExclusiveStartKey === undefined || input.ExclusiveStartKey === null) return undefined;
  const key = readItem(input.ExclusiveStartKey);
  const { table, index } = target;
  const names = new Set(
    [table.definition.schema, ...(index ? [index.schema] : [])].flatMap(keyAttributes).map(({ name }) => name),
  );
  if (Object.keys(key).length !== names.size || [...names].some(name => !attributeOf(key, name))) throw invalidStart();
  try {
    for (const schema of [table.definition.schema, target.schema]) checkKey(schema, keyOf(schema, key));
  } catch {
    throw invalidStart();
  }
  return index ? indexLocation(index, table.definition.schema, key) : locate(target.schema, key);
}

function invalidStart(): Error {
  return invalid('The provided starting key is invalid');
}
