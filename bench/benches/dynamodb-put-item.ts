import { OPERATOR } from '../../local/index.ts';
import type { Bench } from '../bench-definition.ts';
import { cloudKeeping, KEPT } from '../data-folder.ts';
import { echoServer } from '../echo-server.ts';
import { requestsPerSecond } from '../http-load.ts';

const CALLS = 10_000;

export const dynamodbPutItem: readonly Bench[] = (['memory', 'data'] as const).map(keeping => ({
  name: keeping === 'memory' ? 'dynamodb-put-item' : 'dynamodb-put-item-data',
  measures: `PutItem of a 200-byte item over HTTP, ${KEPT[keeping]}, against an echo of the same bytes`,
  unit: 'requests/s',

  async open() {
    const [{ cloud, port, close }, echo] = [await cloudKeeping(keeping), await echoServer()];
    const input = {
      TableName: 'bench',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    };
    await cloud.call({ service: 'dynamodb', operation: 'CreateTable', input, principal: OPERATOR });
    const Item = { id: { S: 'item-1' }, count: { N: '17' }, text: { S: 'x'.repeat(180) } };
    const load = {
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      body: JSON.stringify({ TableName: 'bench', Item }),
      connections: 8,
      requests: CALLS,
    };
    return {
      subject: { name: 'embedded DynamoDB', measure: () => requestsPerSecond({ ...load, port }) },
      against: { name: 'echo server', measure: () => requestsPerSecond({ ...load, port: echo.port }) },
      close: async () => {
        await echo.close();
        await close();
      },
    };
  },
}));
