import { RefusedError } from '../aws-client.ts';
import { type Probe, verdictOf } from '../probe.ts';

const ITEMS = 'kill-items';
const BOOKS = 'kill-books';

interface ScanPage {
  readonly Items: readonly Record<string, { S?: string; N?: string }>[];
  readonly LastEvaluatedKey?: unknown;
}

const hashTable = (TableName: string) => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
});

/** Items that were put are there. */
export const dynamodbItems: Probe = {
  name: 'dynamodb PutItem',
  lanes: 4,
  prepare: async aws => {
    await aws.json('dynamodb', 'CreateTable', hashTable(ITEMS));
  },
  write: async (aws, name) => {
    await aws.json('dynamodb', 'PutItem', {
      TableName: ITEMS,
      Item: { id: { S: name }, text: { S: 'x'.repeat(300) } },
    });
  },
  async verify(aws, tried) {
    const found: string[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page: ScanPage = await aws.json('dynamodb', 'Scan', { TableName: ITEMS, ExclusiveStartKey });
      found.push(...page.Items.map(item => item.id?.S ?? ''));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return verdictOf(found, tried);
  },
};

/** Transactions under a client token, sent again when in doubt: each adds once to both accounts. */
export const dynamodbTransactions: Probe = {
  name: 'dynamodb TransactWriteItems with a token, sent again',
  lanes: 2,
  sendsAgain: true,
  prepare: async aws => {
    await aws.json('dynamodb', 'CreateTable', hashTable(BOOKS));
  },
  async write(aws, name) {
    const add = (account: string) => ({
      Update: {
        TableName: BOOKS,
        Key: { id: { S: account } },
        UpdateExpression: 'ADD booked :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    });
    await aws.json('dynamodb', 'TransactWriteItems', {
      ClientRequestToken: name,
      TransactItems: [add(`debit-${name}`), add(`credit-${name}`)],
    });
  },
  async verify(aws, tried) {
    const found: string[] = [];
    for (const name of tried.acknowledged) {
      for (const account of [`debit-${name}`, `credit-${name}`]) {
        const { Item } = await aws.json<{ Item?: { booked: { N: string } } }>('dynamodb', 'GetItem', {
          TableName: BOOKS,
          Key: { id: { S: account } },
        });
        const booked = Number(Item?.booked.N ?? 0);
        if (account.startsWith('debit')) for (let i = 0; i < booked; i++) found.push(name);
        else if (booked !== 1) found.push(name, name); // half a transaction
      }
    }
    return verdictOf(found, tried);
  },
};

export const isThere = (error: unknown) =>
  error instanceof RefusedError && /AlreadyExists|InUse|Conflict/.test(error.code);
