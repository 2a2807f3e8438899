import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import type { BoundCondition, BoundOperand } from '../expressions/condition-binding.ts';
import { keyQuery } from '../expressions/key-condition.ts';
import { RequestExpressions } from '../expressions/request-expressions.ts';
import { isKeyAttribute, type KeySchema } from '../keys/key-schema.ts';
import { readPage } from '../reading/page.ts';
import { readStart, readTarget } from '../reading/read-target.ts';
import { readSelection } from '../reading/selection.ts';
import { invalid, readFlag, refuseLegacy } from '../request.ts';
import type { ItemLocation } from '../storage/item-store.ts';
import type { Bounds } from '../storage/sorted-map.ts';

/** Query: the items of one partition, in the order of the sort key. */
export function query(database: Database, input: JsonObject): JsonObject {
  refuseLegacy(input, {
    KeyConditions: 'KeyConditionExpression',
    QueryFilter: 'FilterExpression',
    AttributesToGet: 'ProjectionExpression',
    ConditionalOperator: 'FilterExpression',
  });
  const expressions = new RequestExpressions(input, [
    'KeyConditionExpression',
    'FilterExpression',
    'ProjectionExpression',
  ]);
  const keyCondition = expressions.condition('KeyConditionExpression');
  const filter = expressions.condition('FilterExpression');
  const paths = expressions.projection();
  expressions.checkAllUsed();
  const target = readTarget(database, input);
  if (!keyCondition) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const { partition, bounds } = keyQuery(keyCondition, target.schema);
  if (filter) checkFilter(filter, target.schema);
  const selection = readSelection(target, input, paths);
  const reverse = readFlag(input, 'ScanIndexForward') === false;
  const start = readStart(target, input);
  if (start) checkStart(start, partition, bounds);
  const walk = target.items.query(partition, { ...continued(bounds, start, reverse), reverse });
  return readPage(database, walk, { target, selection, filter, input, partition });
}

function continued(bounds: Bounds, start: ItemLocation | undefined, reverse: boolean): Bounds {
  if (!start) return bounds;
  return reverse ? { ...bounds, to: start.position } : { ...bounds, from: `${start.position}\0` };
}

function checkStart(start: ItemLocation, partition: string, { from = '', to }: Bounds): void {
  const inside = start.partition === partition && start.position >= from && (to === undefined || start.position < to);
  if (!inside) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
}

function checkFilter(filter: BoundCondition, schema: KeySchema): void {
  for (const name of attributesOf(filter)) {
    if (!isKeyAttribute(schema, name)) continue;
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
  }
}

function attributesOf(condition: BoundCondition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(attributesOf);
    case 'not':
      return attributesOf(condition.condition);
    case 'compare':
      return [condition.left, condition.right].flatMap(operandAttributes);
    case 'between':
      return [condition.operand, condition.lower, condition.upper].flatMap(operandAttributes);
    case 'in':
      return [condition.operand, ...condition.candidates].flatMap(operandAttributes);
    case 'function':
      return condition.operands.flatMap(operandAttributes);
  }
}

function operandAttributes(operand: BoundOperand): string[] {
  switch (operand.kind) {
    case 'path':
      return [String(operand.path[0])];
    case 'value':
      return [];
    case 'size':
      return operandAttributes(operand.operand);
  }
}
