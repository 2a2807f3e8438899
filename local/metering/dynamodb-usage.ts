import type { JsonObject } from '../cloud/service.ts';
import type { Usage } from './usage.ts';

/** The operations that tell what they consumed, with the unit in which they do. */
const UNIT_OF = {
  GetItem: 'read-units',
  BatchGetItem: 'read-units',
  TransactGetItems: 'read-units',
  Query: 'read-units',
  Scan: 'read-units',
  PutItem: 'write-units',
  UpdateItem: 'write-units',
  DeleteItem: 'write-units',
  BatchWriteItem: 'write-units',
  TransactWriteItems: 'write-units',
} as const;

type Consuming = keyof typeof UNIT_OF;

interface Units {
  readonly CapacityUnits?: number;
}

interface Consumed extends Units {
  readonly TableName?: string;
  readonly Table?: Units;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>>;
}

/** Whether a call can be asked what it consumed. */
export function consumesUnits(operation: string): operation is Consuming {
  return Object.hasOwn(UNIT_OF, operation);
}

/** The input that makes an operation tell, by table and index. */
export function askingForUnits(input: JsonObject): JsonObject {
  return { ...input, ReturnConsumedCapacity: 'INDEXES' };
}

/** The answer as the caller would have had it without being asked. */
export function withoutUnits(answer: JsonObject): JsonObject {
  const { ConsumedCapacity: _, ...rest } = answer;
  return rest;
}

/** Units by table and index; local indexes are part of their table. */
export function dynamodbUsage(operation: string, answer: JsonObject): Usage[] {
  if (!consumesUnits(operation)) return [];
  const unit = UNIT_OF[operation];
  const consumed = [answer.ConsumedCapacity ?? []].flat() as readonly Consumed[]; // as the engine answers
  return consumed.flatMap(({ TableName = '', CapacityUnits = 0, GlobalSecondaryIndexes = {} }) => {
    const indexes = Object.entries(GlobalSecondaryIndexes).map(([name, { CapacityUnits: units = 0 }]) => ({
      service: 'dynamodb',
      resource: `${TableName}/index/${name}`,
      unit,
      quantity: units,
    }));
    const ofTable = indexes.reduce((rest, index) => rest - index.quantity, CapacityUnits);
    return [{ service: 'dynamodb', resource: TableName, unit, quantity: ofTable }, ...indexes];
  });
}

/** What a refused write costs: a condition that fails is billed as the write, here as one of up to 1 KB. */
export function refusedDynamodbUsage(operation: string, input: JsonObject, code: string): Usage[] {
  if (code === 'ConditionalCheckFailedException') {
    return [{ service: 'dynamodb', resource: String(input.TableName), unit: 'write-units', quantity: 1 }];
  }
  if (operation !== 'TransactWriteItems' || code !== 'TransactionCanceledException') return [];
  const items = (input.TransactItems ?? []) as readonly Readonly<Record<string, { readonly TableName?: string }>>[];
  return items.map(item => ({
    service: 'dynamodb',
    resource: Object.values(item)[0]?.TableName ?? '',
    unit: 'write-units',
    quantity: 2,
  }));
}
