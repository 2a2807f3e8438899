import { OPERATOR, openCloud } from '../../local/index.ts';
import type { Grower } from './world.ts';

const VISITS = 2000;

export const keys: Grower = {
  name: 'keys',
  says: 'items in a table of the embedded DynamoDB, read and updated by key',
  base: 1000,

  async open() {
    const { cloud, close } = await openCloud({ port: 0 });
    const call = (operation: string, input: Record<string, unknown>) =>
      cloud.call({ service: 'dynamodb', operation, input, principal: OPERATOR });
    let tables = 0;
    return {
      close,
      async grow(size) {
        tables += 1;
        const TableName = `bench-${tables}`;
        await call('CreateTable', {
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        });
        for (let index = 0; index < size; index++) {
          await call('PutItem', { TableName, Item: { id: { S: `visitor-${index}` }, visits: { N: '1' } } });
        }
        const visit = async () => {
          for (let count = 0; count < VISITS; count++) {
            const Key = { id: { S: `visitor-${(count * 7919) % size}` } };
            await call('GetItem', { TableName, Key, ConsistentRead: true });
            const ExpressionAttributeValues = { ':one': { N: '1' } };
            await call('UpdateItem', {
              TableName,
              Key,
              UpdateExpression: 'ADD visits :one',
              ExpressionAttributeValues,
            });
          }
          return 2 * VISITS;
        };
        return { visit };
      },
    };
  },
};
