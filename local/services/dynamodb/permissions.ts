/** What calls need to be allowed, as the service authorization reference says. */
import type { JsonObject, Permission } from '../../cloud/service.ts';
import type { Database } from './database.ts';
import { readIterator } from './streams/shard-iterator.ts';

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** Permissions of the DynamoDB operations. */
export function tablePermissions(database: Database, operation: string, input: JsonObject): Permission[] {
  const action = `dynamodb:${operation}`;
  switch (operation) {
    case 'ListTables':
      return [{ action, resources: ['*'] }];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return [{ action, resources: Object.keys(membersOf(input.RequestItems)).map(name => tableArn(database, name)) }];
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return transactionPermissions(database, input);
    case 'Query':
    case 'Scan': {
      const table = tableArn(database, input.TableName);
      return [{ action, resources: [input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`] }];
    }
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsOfResource':
      return [{ action, resources: [String(input.ResourceArn)] }];
    default:
      return [{ action, resources: [tableArn(database, input.TableName)] }];
  }
}

/** Permissions of the DynamoDB Streams operations; their actions are DynamoDB's too. */
export function streamPermissions(operation: string, input: JsonObject): Permission[] {
  const action = `dynamodb:${operation}`;
  switch (operation) {
    case 'ListStreams':
      return [{ action, resources: ['*'] }];
    case 'GetRecords':
      return [{ action, resources: [iteratorArn(input.ShardIterator)] }];
    default:
      return [{ action, resources: [String(input.StreamArn)] }];
  }
}

/** One for each kind of action in the transaction, on the tables that it touches. */
function transactionPermissions(database: Database, input: JsonObject): Permission[] {
  const tables = new Map<string, Set<string>>();
  for (const entry of Array.isArray(input.TransactItems) ? input.TransactItems : []) {
    for (const [kind, request] of Object.entries(membersOf(entry))) {
      const action = TRANSACTION_ACTIONS[kind];
      if (!action) continue;
      const arns = tables.get(action) ?? new Set();
      tables.set(action, arns.add(tableArn(database, membersOf(request).TableName)));
    }
  }
  return [...tables].map(([action, arns]) => ({ action: `dynamodb:${action}`, resources: [...arns] }));
}

function tableArn(database: Database, reference: unknown): string {
  const name = String(reference);
  return name.startsWith('arn:') ? name : database.cloud.arn('dynamodb', `table/${name}`);
}

function iteratorArn(iterator: unknown): string {
  try {
    return readIterator(String(iterator)).streamArn;
  } catch {
    return '*'; // refused by the operation itself
  }
}

function membersOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}; // checked just here
}
