/** Tables of the embedded DynamoDB behind the SDK's client, and what writing to them costs. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handlerClient } from '../../lambdas/runtime/clients.ts';
import { OPERATOR, openCloud } from '../../local/index.ts';

/** One set of empty tables. */
export interface Tables {
  readonly state: string;
  readonly idempotency: string;
}

export interface CountedTables {
  readonly client: DynamoDBClient;
  /** Write units that the client has used so far, of tables and indexes. */
  writeUnits(): number;
  fresh(): Promise<Tables>;
  close(): Promise<void>;
}

interface Capacity {
  readonly CapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

const WRITES = /^(Put|Update|Delete)Item|^BatchWrite|^TransactWrite/;

export async function countedTables(): Promise<CountedTables> {
  const { cloud, endpoint, close } = await openCloud({ port: 0 });
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = handlerClient(new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials }));
  let used = 0;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async call => {
        if (!WRITES.test(commandName)) return next(call);
        const answer = await next({ ...call, input: { ...call.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Capacity | Capacity[] };
        for (const capacity of [ConsumedCapacity ?? []].flat()) used += capacity.CapacityUnits ?? 0;
        return answer;
      },
    { step: 'initialize', name: 'countWriteUnits' },
  );
  let sets = 0;
  return {
    client,
    writeUnits: () => used,
    async fresh() {
      sets += 1;
      const tables = { state: `state-${sets}`, idempotency: `idempotency-${sets}` };
      for (const input of [stateTable(tables.state), idempotencyTable(tables.idempotency)]) {
        await cloud.call({ service: 'dynamodb', operation: 'CreateTable', input, principal: OPERATOR });
      }
      return tables;
    },
    async close() {
      client.destroy();
      await close();
    },
  };
}

/** As the template has it: with the index of open carts, and a stream for the publisher. */
function stateTable(TableName: string) {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('visitorId', 'S'), attribute('openCartBucket', 'S'), attribute('cartIdleAt', 'N')],
    KeySchema: [{ AttributeName: 'visitorId', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    GlobalSecondaryIndexes: [
      {
        IndexName: 'open-carts',
        Projection: { ProjectionType: 'KEYS_ONLY' },
        KeySchema: [
          { AttributeName: 'openCartBucket', KeyType: 'HASH' },
          { AttributeName: 'cartIdleAt', KeyType: 'RANGE' },
        ],
      },
    ],
  };
}

/** As the documentation of Powertools has it. */
function idempotencyTable(TableName: string) {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('id', 'S')],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
}

function attribute(AttributeName: string, AttributeType: 'S' | 'N') {
  return { AttributeName, AttributeType };
}
