/** Global and local secondary indexes: which items are in them, where, and which attributes they show. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Throughput } from './capacity.ts';
import { COMPONENT_END } from './keys/key-order.ts';
import {
  emptyKind,
  isKeyAttribute,
  type KeyAttribute,
  type KeySchema,
  keyAttributes,
  locate,
  SchemaMismatch,
} from './keys/key-schema.ts';
import type { ItemLocation, ItemStore, StoredItem } from './storage/item-store.ts';
import {
  type AttributeValue,
  attributeOf,
  type Item,
  type ItemDraft,
  sameItem,
  setAttribute,
  typeOf,
} from './values/attribute-value.ts';
import { itemSizeBytes } from './values/item-size.ts';

export interface SecondaryIndex {
  readonly name: string;
  readonly scope: 'global' | 'local';
  readonly schema: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
  readonly throughput: Throughput | undefined;
  /** Items by reference to the table's own; projected when they are read. */
  readonly items: ItemStore;
}

/** Where an item stands in an index, or undefined when it has not all of the index's keys. */
export function indexLocation(index: SecondaryIndex, tableSchema: KeySchema, item: Item): ItemLocation | undefined {
  for (const { name } of keyAttributes(index.schema)) {
    if (attributeOf(item, name) === undefined) return undefined;
  }
  const { partition, position } = locate(index.schema, item);
  const own = locate(tableSchema, item); // tells items of equal index keys apart
  return { partition, position: position + own.partition + COMPONENT_END + own.position };
}

/** What the index holds of an item: the attributes by reference. */
export function projected(index: SecondaryIndex, tableSchema: KeySchema, stored: StoredItem): StoredItem {
  if (index.projection === 'ALL') return stored;
  const view: ItemDraft = {};
  for (const name in stored.item) {
    if (isProjected(index, tableSchema, name)) setAttribute(view, name, stored.item[name] as AttributeValue); // own member
  }
  return { item: view, sizeBytes: itemSizeBytes(view) };
}

export function isProjected(index: SecondaryIndex, tableSchema: KeySchema, name: string): boolean {
  return (
    index.projection === 'ALL' ||
    isKeyAttribute(index.schema, name) ||
    isKeyAttribute(tableSchema, name) ||
    index.nonKeyAttributes.includes(name)
  );
}

export interface IndexChange {
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
}

export interface IndexEntry {
  readonly partition: string;
  readonly sizeBytes: number;
}

/**
 * Moves an item within an index after a write.
 * @returns the index entries that were written: none, one, or two when the item moved (out and in)
 */
export function updateIndex(index: SecondaryIndex, tableSchema: KeySchema, change: IndexChange): IndexEntry[] {
  const move = moveWithin(index, tableSchema, change);
  const { from, to } = move;
  if (from && !move.stays) index.items.delete(from);
  if (to && change.after) index.items.put(to, change.after);
  return entriesOf(index, tableSchema, { ...change, ...move });
}

/** What `updateIndex` would write. */
export function indexEntries(index: SecondaryIndex, tableSchema: KeySchema, change: IndexChange): IndexEntry[] {
  return entriesOf(index, tableSchema, { ...change, ...moveWithin(index, tableSchema, change) });
}

interface Move {
  readonly from: ItemLocation | undefined;
  readonly to: ItemLocation | undefined;
  readonly stays: boolean;
}

function moveWithin(index: SecondaryIndex, tableSchema: KeySchema, { before, after }: IndexChange): Move {
  const from = before && indexLocation(index, tableSchema, before.item);
  const to = after && indexLocation(index, tableSchema, after.item);
  const stays = from?.partition === to?.partition && from?.position === to?.position;
  return { from, to, stays };
}

function entriesOf(index: SecondaryIndex, tableSchema: KeySchema, change: IndexChange & Move): IndexEntry[] {
  const { before, after, from, to, stays } = change;
  const old = from && before && { partition: from.partition, ...projected(index, tableSchema, before) };
  const now = to && after && { partition: to.partition, ...projected(index, tableSchema, after) };
  if (stays && old && now) {
    const { partition } = now;
    return sameItem(old.item, now.item) ? [] : [{ partition, sizeBytes: Math.max(old.sizeBytes, now.sizeBytes) }];
  }
  return [old, now].flatMap(entry => (entry ? [{ partition: entry.partition, sizeBytes: entry.sizeBytes }] : []));
}

/** How a write brought the value that an index cannot hold; the error texts differ. */
export type IndexKeySource = 'item' | 'update';

/** Checks the types of an item's index keys. @throws SchemaMismatch, AwsError ValidationException for an empty value */
export function checkIndexKeys(indexes: Iterable<SecondaryIndex>, item: Item, source: IndexKeySource): void {
  for (const index of indexes) {
    for (const attribute of keyAttributes(index.schema)) {
      const value = attributeOf(item, attribute.name);
      if (value) checkIndexKey(index, attribute, { value, source });
    }
  }
}

function checkIndexKey(
  index: SecondaryIndex,
  attribute: KeyAttribute,
  { value, source }: { value: AttributeValue; source: IndexKeySource },
): void {
  if (typeOf(value) !== attribute.type) {
    throw new SchemaMismatch(
      `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
    );
  }
  const empty = emptyKind(value);
  if (!empty) return;
  const rule = `The AttributeValue for a key attribute cannot contain an empty ${empty} value.`;
  const what =
    source === 'item'
      ? `A value specified for a secondary index key is not supported. ${rule} IndexName: ${index.name}, IndexKey: ${attribute.name}`
      : `The update expression attempted to update a secondary index key to a value that is not supported. ${rule}`;
  throw new AwsError('ValidationException', `One or more parameter values are not valid. ${what}`);
}
