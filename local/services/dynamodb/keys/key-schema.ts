/** The keys of tables and indexes: how they are found in items, checked, and turned into locations. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { ItemLocation } from '../storage/item-store.ts';
import {
  type AttributeValue,
  attributeOf,
  type Item,
  type ItemDraft,
  setAttribute,
  typeOf,
} from '../values/attribute-value.ts';
import { binarySizeBytes, textSizeBytes } from '../values/item-size.ts';
import { COMPONENT_END, orderedKey } from './key-order.ts';

const LARGEST_HASH_KEY_BYTES = 2048;
const LARGEST_RANGE_KEY_BYTES = 1024;

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

/**
 * A value that does not fit the table's keys or indexes. A single write is refused for it; a transaction is cancelled,
 * with the message as its reason (observed on AWS).
 */
export class SchemaMismatch extends AwsError {
  constructor(message: string) {
    super('ValidationException', message);
    this.name = 'ValidationException';
  }
}

/** Hash first, then range. */
export function keyAttributes(schema: KeySchema): readonly KeyAttribute[] {
  return schema.range ? [schema.hash, schema.range] : [schema.hash];
}

/** As the API describes a key schema. */
export function keySchemaDescription(schema: KeySchema): { AttributeName: string; KeyType: string }[] {
  return keyAttributes(schema).map((attribute, index) => ({
    AttributeName: attribute.name,
    KeyType: index === 0 ? 'HASH' : 'RANGE',
  }));
}

export function isKeyAttribute(schema: KeySchema, name: string): boolean {
  return schema.hash.name === name || schema.range?.name === name;
}

/** The key attributes of an item, by reference. */
export function keyOf(schema: KeySchema, item: Item): Item {
  const key: ItemDraft = {};
  for (const { name } of keyAttributes(schema)) setAttribute(key, name, keyValue(item, name));
  return key;
}

/** Where an item with valid keys stands in its table. */
export function locate(schema: KeySchema, item: Item): ItemLocation {
  const range = schema.range;
  const position = (range ? orderedKey(keyValue(item, range.name)) : '') + COMPONENT_END;
  return { partition: orderedKey(keyValue(item, schema.hash.name)), position };
}

/** Checks a `Key` parameter: exactly the key attributes, of the right types. @throws AwsError ValidationException */
export function checkKey(schema: KeySchema, key: Item): void {
  const attributes = keyAttributes(schema);
  for (const attribute of attributes) {
    const value = attributeOf(key, attribute.name);
    if (!value || typeOf(value) !== attribute.type) throw schemaMismatch();
  }
  if (Object.keys(key).length !== attributes.length) throw schemaMismatch();
  checkKeyValues(schema, key);
}

/** Checks the keys of an item that is to be put. @throws AwsError ValidationException */
export function checkItemKeys(schema: KeySchema, item: Item): void {
  for (const { name, type } of keyAttributes(schema)) {
    const value = attributeOf(item, name);
    if (!value)
      throw new SchemaMismatch(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (typeOf(value) !== type) {
      throw new SchemaMismatch(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
      );
    }
  }
  checkKeyValues(schema, item);
}

/** As batches say it, whatever is wrong with the key's presence or type. */
export function schemaMismatch(): SchemaMismatch {
  return new SchemaMismatch('The provided key element does not match the schema');
}

/** "string" or "binary" when the value is empty and of a type that may not be, in a key. */
export function emptyKind(value: AttributeValue): 'string' | 'binary' | undefined {
  if ('S' in value && value.S === '') return 'string';
  if ('B' in value && value.B === '') return 'binary';
  return undefined;
}

export function emptyKeyValue(name: string, kind: string): AwsError {
  return new AwsError(
    'ValidationException',
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
  );
}

function checkKeyValues(schema: KeySchema, item: Item): void {
  for (const { name } of keyAttributes(schema)) {
    const empty = emptyKind(keyValue(item, name));
    if (empty) throw emptyKeyValue(name, empty);
  }
  if (keySizeBytes(keyValue(item, schema.hash.name)) > LARGEST_HASH_KEY_BYTES) {
    throw invalid(`Size of hashkey has exceeded the maximum size limit of${LARGEST_HASH_KEY_BYTES} bytes`);
  }
  if (schema.range && keySizeBytes(keyValue(item, schema.range.name)) > LARGEST_RANGE_KEY_BYTES) {
    throw invalid(`Aggregated size of all range keys has exceeded the size limit of ${LARGEST_RANGE_KEY_BYTES} bytes`);
  }
}

function keyValue(item: Item, name: string): AttributeValue {
  const value = attributeOf(item, name);
  if (!value) throw new Error(`Cannot read key: the item has no attribute '${name}'`);
  return value;
}

function keySizeBytes(value: AttributeValue): number {
  if ('S' in value) return value.S.length > 300 ? textSizeBytes(value.S) : 0; // 300 code units are under either limit
  return 'B' in value ? binarySizeBytes(value.B) : 0;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', `One or more parameter values were invalid: ${message}`);
}
