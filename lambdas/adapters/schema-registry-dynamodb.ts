/**
 * The registry of schemas as a table: an item for each version of each type, and one head that says what there is, with a
 * revision. Items are only ever added, each in one transaction with the head: what the head names is there.
 */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  ConflictError,
  compareVersions,
  type RegisteredSchema,
  type RegistryHead,
  type SchemaObject,
  type SchemaRegistry,
} from '../../core/index.ts';
import { chunks } from '../runtime/chunks.ts';
import { errorName, operatingError } from './aws-errors.ts';

/** No event type is called so. */
const HEAD = { type: { S: '#head' }, version: { S: '#head' } } as const;
/** Writes of one transaction, the head among them. */
const MAX_WRITES = 100;

/** Reads the registry. @throws ThrottledError */
export function dynamodbSchemaRegistry(client: DynamoDBClient, tableName: string): SchemaRegistry {
  return {
    async head() {
      const command = new GetItemCommand({ TableName: tableName, Key: HEAD });
      const { Item } = await client.send(command).catch(error => {
        throw operatingError(error);
      });
      return Item && headOf(Item);
    },
    async read(type) {
      const found: RegisteredSchema[] = [];
      let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
      do {
        const command = new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#type = :type',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':type': { S: type } },
          ConsistentRead: true, // what the head says is there is there
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        });
        const page: QueryCommandOutput = await client.send(command).catch(error => {
          throw operatingError(error);
        });
        found.push(...(page.Items ?? []).map(schemaOf));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return found;
    },
  };
}

type Attributes = Readonly<Record<string, AttributeValue>>;

/** What the registrar writes, and nobody else. Versions are kept as text: readers come by with every cold start. */
function headOf({ revision, versions }: Attributes): RegistryHead {
  return { revision: Number(revision?.N), versions: JSON.parse(versions?.S ?? '{}') as RegistryHead['versions'] };
}

function schemaOf({ type, version, schema }: Attributes): RegisteredSchema {
  const registered = JSON.parse(schema?.S ?? '{}') as SchemaObject; // as it was registered
  return { type: type?.S ?? '', version: version?.S ?? '', schema: registered };
}

export interface SchemaAddition {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** What the registry said before. */
  readonly head: RegistryHead | undefined;
  /** ISO 8601. */
  readonly registeredAt: string;
}

/**
 * Adds schemas to the registry.
 * @returns the head afterwards
 * @throws ConflictError when somebody else added something since the head was read; ThrottledError
 */
export async function addSchemas(
  { client, tableName, head, registeredAt }: SchemaAddition,
  schemas: readonly RegisteredSchema[],
): Promise<RegistryHead> {
  let before = head;
  for (const some of chunks(schemas, { maxItems: MAX_WRITES - 1 })) {
    const next = headWith(before, some);
    const puts = some.map(each => putOf(tableName, each, registeredAt));
    const TransactItems = [...puts, putHead(tableName, next, before)];
    await client.send(new TransactWriteItemsCommand({ TransactItems })).catch(error => {
      if (errorName(error) !== 'TransactionCanceledException') throw operatingError(error);
      throw new ConflictError('Cannot register schemas: somebody else is registering some', { cause: error });
    });
    before = next;
  }
  return before ?? { revision: 0, versions: {} };
}

function headWith(head: RegistryHead | undefined, added: readonly RegisteredSchema[]): RegistryHead {
  const versions: Record<string, readonly string[]> = { ...head?.versions };
  for (const { type, version } of added) {
    versions[type] = [...new Set([...(versions[type] ?? []), version])].sort(compareVersions);
  }
  return { revision: (head?.revision ?? 0) + 1, versions };
}

function putOf(
  TableName: string,
  { type, version, schema }: RegisteredSchema,
  registeredAt: string,
): TransactWriteItem {
  const texts = { type, version, schema: JSON.stringify(schema), registeredAt };
  const Item = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]));
  return {
    Put: {
      TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(#type)',
      ExpressionAttributeNames: { '#type': 'type' },
    },
  };
}

function putHead(TableName: string, next: RegistryHead, before: RegistryHead | undefined): TransactWriteItem {
  const { revision, versions } = next;
  const Item = { ...HEAD, revision: { N: String(revision) }, versions: { S: JSON.stringify(versions) } };
  const names = { ExpressionAttributeNames: { '#revision': 'revision' } };
  if (!before) return { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(#revision)', ...names } };
  const ExpressionAttributeValues = { ':before': { N: String(before.revision) } };
  return { Put: { TableName, Item, ConditionExpression: '#revision = :before', ...names, ExpressionAttributeValues } };
}
