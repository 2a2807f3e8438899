/**
 * Put, update, delete and condition check as checked requests, before they meet the stored item. Single operations,
 * batches and transactions carry them out with `attempt` and `commit`.
 */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { Write } from './commit.ts';
import { type Database, findTable } from './database.ts';
import type { BoundCondition } from './expressions/condition-binding.ts';
import { evaluateCondition } from './expressions/condition-evaluation.ts';
import { RequestExpressions } from './expressions/request-expressions.ts';
import type { BoundUpdate } from './expressions/update-binding.ts';
import { applyUpdate } from './expressions/update-evaluation.ts';
import { checkItemKeys, checkKey, isKeyAttribute, type KeySchema, keyAttributes, locate } from './keys/key-schema.ts';
import { invalid, readChoice, refuseLegacy } from './request.ts';
import { checkIndexKeys } from './secondary-index.ts';
import type { ItemLocation, StoredItem } from './storage/item-store.ts';
import type { Table } from './table.ts';
import { type AttributeType, type AttributeValue, copyItem, type Item, typeOf } from './values/attribute-value.ts';
import { readItem } from './values/attribute-value-input.ts';
import { itemSizeBytes } from './values/item-size.ts';

const LARGEST_ITEM_BYTES = 400 * 1024;
const NO_ATTRIBUTES: Item = {};

export interface WriteRequest {
  readonly table: Table;
  readonly location: ItemLocation;
  readonly condition: BoundCondition | undefined;
  readonly returnsItemOnFailure: boolean;
  /** A condition check reads and writes nothing. */
  readonly checksOnly: boolean;
  /** The bound update of an UpdateItem. */
  readonly update: BoundUpdate | undefined;
  /** What will be stored in place of `before`; undefined: nothing. @throws AwsError ValidationException */
  next(before: StoredItem | undefined): StoredItem | undefined;
}

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function putRequest(database: Database, input: JsonObject): WriteRequest {
  refuseLegacy(input, { Expected: 'ConditionExpression', ConditionalOperator: 'ConditionExpression' });
  const expressions = new RequestExpressions(input, ['ConditionExpression']);
  const condition = expressions.condition('ConditionExpression');
  expressions.checkAllUsed();
  const item = readRequiredItem(input, 'Item');
  const stored = checkedSize({ item, sizeBytes: itemSizeBytes(item) }, 'Item size has');
  const table = findTable(database, input.TableName);
  checkItemKeys(table.definition.schema, item);
  checkIndexKeys(table.indexes.values(), item, 'item');
  return { ...base(table, item, input), condition, next: () => stored };
}

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function deleteRequest(database: Database, input: JsonObject): WriteRequest {
  refuseLegacy(input, { Expected: 'ConditionExpression', ConditionalOperator: 'ConditionExpression' });
  return { ...keyedRequest(database, input), next: () => undefined };
}

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function conditionCheckRequest(database: Database, input: JsonObject): WriteRequest {
  if (typeof input.ConditionExpression !== 'string') {
    throw invalid(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  return { ...keyedRequest(database, input), checksOnly: true, next: before => before };
}

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function updateRequest(database: Database, input: JsonObject): WriteRequest {
  refuseLegacy(input, {
    AttributeUpdates: 'UpdateExpression',
    Expected: 'ConditionExpression',
    ConditionalOperator: 'ConditionExpression',
  });
  const expressions = new RequestExpressions(input, ['UpdateExpression', 'ConditionExpression']);
  const update = expressions.update() ?? [];
  const condition = expressions.condition('ConditionExpression');
  expressions.checkAllUsed();
  const key = readRequiredItem(input, 'Key');
  const table = findTable(database, input.TableName);
  checkKey(table.definition.schema, key);
  checkUpdatesNoKey(table, update);
  checkEmptyIndexKeys(table, update);
  const next = (before: StoredItem | undefined) => {
    const item = applyUpdate(update, before?.item ?? key);
    checkIndexKeys(table.indexes.values(), item, 'update');
    return checkedSize({ item, sizeBytes: itemSizeBytes(item) }, 'Item size to update has');
  };
  return { ...base(table, key, input), condition, update, next };
}

/**
 * Whether the condition holds for the item that is stored now, and if so the write.
 * @throws AwsError ConditionalCheckFailedException, ValidationException
 */
export function attempt(request: WriteRequest): Write {
  const { table, location } = request;
  const before = table.items.get(location);
  if (request.condition && !evaluateCondition(request.condition, before?.item ?? NO_ATTRIBUTES)) {
    throw conditionFailed(request, before);
  }
  return { table, location, before, after: request.next(before) };
}

function conditionFailed(request: WriteRequest, before: StoredItem | undefined): AwsError {
  const fields = request.returnsItemOnFailure && before ? { Item: copyItem(before.item) } : {};
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', { fields });
}

function keyedRequest(database: Database, input: JsonObject): Omit<WriteRequest, 'next'> {
  const expressions = new RequestExpressions(input, ['ConditionExpression']);
  const condition = expressions.condition('ConditionExpression');
  expressions.checkAllUsed();
  const key = readRequiredItem(input, 'Key');
  const table = findTable(database, input.TableName);
  checkKey(table.definition.schema, key);
  return { ...base(table, key, input), condition };
}

function base(table: Table, keys: Item, input: JsonObject): Omit<WriteRequest, 'next' | 'condition'> {
  const onFailure = readChoice(input, 'ReturnValuesOnConditionCheckFailure', ['NONE', 'ALL_OLD']);
  return {
    table,
    location: locate(table.definition.schema, keys),
    returnsItemOnFailure: onFailure === 'ALL_OLD',
    checksOnly: false,
    update: undefined,
  };
}

function readRequiredItem(input: JsonObject, member: 'Item' | 'Key'): Item {
  const value = input[member];
  if (value !== undefined && value !== null) return readItem(value);
  throw invalid(
    `1 validation error detected: Value null at '${member.toLowerCase()}' failed to satisfy constraint: Member must not be null`,
  );
}

function checkedSize(stored: StoredItem, subject: string): StoredItem {
  if (stored.sizeBytes > LARGEST_ITEM_BYTES) throw invalid(`${subject} exceeded the maximum allowed size`);
  return stored;
}

function checkUpdatesNoKey(table: Table, update: BoundUpdate): void {
  for (const { path } of update) {
    if (!isKeyAttribute(table.definition.schema, String(path[0]))) continue;
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${path[0]}. This attribute is part of the key`,
    );
  }
}

/** An empty index key of the right type in the request itself is refused before anything is looked at (observed on AWS). */
function checkEmptyIndexKeys(table: Table, update: BoundUpdate): void {
  for (const clause of update) {
    if (clause.action !== 'SET' || clause.path.length > 1 || clause.value.kind !== 'operand') continue;
    const { operand } = clause.value;
    if (operand.kind !== 'value' || !isEmpty(operand.value)) continue;
    const attribute = { name: String(clause.path[0]), type: typeOf(operand.value) };
    const indexes = [...table.indexes.values()].filter(({ schema }) => hasKey(schema, attribute));
    checkIndexKeys(indexes, { [attribute.name]: operand.value }, 'update');
  }
}

function hasKey(schema: KeySchema, { name, type }: { readonly name: string; readonly type: AttributeType }): boolean {
  return keyAttributes(schema).some(key => key.name === name && key.type === type);
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}
