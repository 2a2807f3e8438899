import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import { MeteredCloud } from '../../../local/metering/metered-cloud.ts';
import type { UsageUnit } from '../../../local/metering/usage.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const ROLE: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/reader', session: 'function' };
const KB = 1024;

let cloud: MeteredCloud;

beforeEach(() => {
  cloud = new MeteredCloud({
    region: 'us-east-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  registerServices(cloud);
  cloud.meterTelemetry();
});

const call = (service: string, operation: string, input: Record<string, unknown>, principal: Principal = OPERATOR) =>
  cloud.call<Record<string, unknown>>({ service, operation, input, principal });

function used(unit: UsageUnit, resource: string): number {
  return cloud.usage
    .read()
    .filter(total => total.unit === unit && total.resource === resource)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

async function makeTable(): Promise<void> {
  await call('dynamodb', 'CreateTable', {
    TableName: 'table',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'by', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'index',
        KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
}

test('UsageMeter counts Kinesis records by 25 KB and by 1 KB begun', async () => {
  await call('kinesis', 'CreateStream', { StreamName: 's', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  await (cloud.clock as VirtualClock).advance(60_000);
  const record = (bytes: number) => ({ Data: Buffer.alloc(bytes).toString('base64'), PartitionKey: 'k' });
  const Records = [record(1), record(KB), record(KB + 1), record(25 * KB), record(25 * KB + 1)];
  await call('kinesis', 'PutRecords', { StreamName: 's', Records });
  expect(used('records', 's')).toBe(5);
  expect(used('payload-units', 's')).toBe(1 + 1 + 1 + 1 + 2);
  expect(used('ingested-bytes', 's')).toBe((1 + 1 + 2 + 25 + 26) * KB);
});

test('UsageMeter counts write and read units by table and index, twice as many in transactions', async () => {
  await makeTable();
  const item = (id: string, by?: string) => ({ id: { S: id }, ...(by ? { by: { S: by } } : {}) });
  await call('dynamodb', 'PutItem', { TableName: 'table', Item: item('a') });
  await call('dynamodb', 'PutItem', { TableName: 'table', Item: { ...item('b'), text: { S: 'x'.repeat(2 * KB) } } });
  expect(used('write-units', 'table')).toBe(1 + 3);
  await call('dynamodb', 'PutItem', { TableName: 'table', Item: item('c', 'somebody') });
  expect([used('write-units', 'table'), used('write-units', 'table/index/index')]).toEqual([5, 1]);
  await call('dynamodb', 'TransactWriteItems', {
    TransactItems: [{ Put: { TableName: 'table', Item: item('d') } }, { Put: { TableName: 'table', Item: item('e') } }],
  });
  expect(used('write-units', 'table')).toBe(9);
  await call('dynamodb', 'GetItem', { TableName: 'table', Key: { id: { S: 'a' } }, ConsistentRead: true });
  await call('dynamodb', 'GetItem', { TableName: 'table', Key: { id: { S: 'a' } } });
  expect(used('read-units', 'table')).toBe(1.5);
});

test('UsageMeter bills a write whose condition fails, and tells only who asked of units', async () => {
  await makeTable();
  const put = { TableName: 'table', Item: { id: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(id)' };
  expect(await call('dynamodb', 'PutItem', put)).toEqual({});
  await expect(call('dynamodb', 'PutItem', put)).rejects.toThrow('conditional');
  expect(used('write-units', 'table')).toBe(2);
  const asked = await call('dynamodb', 'GetItem', {
    TableName: 'table',
    Key: { id: { S: 'a' } },
    ReturnConsumedCapacity: 'TOTAL',
  });
  expect(asked.ConsumedCapacity).toEqual({ TableName: 'table', CapacityUnits: 0.5 });
  expect(used('read-units', 'table')).toBe(0.5);
});

test('UsageMeter counts messages and bus events by 64 KB begun, empty receives too, and AWS events for nothing', async () => {
  const { QueueUrl } = await call('sqs', 'CreateQueue', { QueueName: 'q' });
  await call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x'.repeat(64 * KB + 1) });
  const before = used('requests', 'q');
  await call('sqs', 'ReceiveMessage', { QueueUrl });
  await call('sqs', 'ReceiveMessage', { QueueUrl });
  expect([before, used('requests', 'q')]).toEqual([2, 2 + 2 + 1]);
  const entry = { Source: 's', DetailType: 'd', Detail: JSON.stringify({ text: 'x'.repeat(64 * KB) }) };
  await call('events', 'PutEvents', { Entries: [entry, { ...entry, Detail: '{}' }] });
  expect(used('events', 'default')).toBe(3);
  await call(
    'events',
    'PutEvents',
    { Entries: [{ ...entry, Detail: '{}' }] },
    {
      kind: 'service',
      service: 'states.amazonaws.com',
      sourceArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
    },
  );
  expect(used('events', 'default')).toBe(3);
});

test('UsageMeter counts log lines with 26 bytes each, and custom metrics once however often they are written', () => {
  const line = (hop: string) =>
    JSON.stringify({
      _aws: {
        Timestamp: 0,
        CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['Hop']], Metrics: [{ Name: 'A' }, { Name: 'B' }] }],
      },
      Hop: hop,
      A: 1,
      B: 2,
    });
  for (const hop of ['x', 'x', 'y']) cloud.logs({ logGroup: 'g', logStream: 's', message: line(hop) });
  cloud.metrics({ namespace: 'AWS/SQS', name: 'Sent', dimensions: {}, value: 1 });
  expect(used('ingested-bytes', 'g')).toBe(3 * (line('x').length + 26));
  expect(cloud.usage.customMetrics()).toEqual(['N A Hop=x', 'N A Hop=y', 'N B Hop=x', 'N B Hop=y']);
});

test('UsageMeter counts calls by the role that made them', async () => {
  await makeTable();
  await call('dynamodb', 'GetItem', { TableName: 'table', Key: { id: { S: 'a' } } }, ROLE);
  const callers = cloud.usage.read().map(({ caller, unit, resource }) => `${caller} ${unit} ${resource}`);
  expect(callers).toContain('reader calls table GetItem');
});

test('UsageMeter counts what PutRecords takes as it counts PutRecord by PutRecord', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 8 }), async sizes => {
      const name = `s${cloud.ids.token(8, 'abcdef')}`;
      for (const suffix of ['one', 'all']) {
        const StreamName = `${name}-${suffix}`;
        await call('kinesis', 'CreateStream', { StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
      }
      await (cloud.clock as VirtualClock).advance(60_000);
      const records = sizes.map(size => ({ Data: Buffer.alloc(size).toString('base64'), PartitionKey: 'k' }));
      for (const record of records) await call('kinesis', 'PutRecord', { StreamName: `${name}-one`, ...record });
      await call('kinesis', 'PutRecords', { StreamName: `${name}-all`, Records: records });
      for (const unit of ['records', 'payload-units', 'ingested-bytes'] as const) {
        expect(used(unit, `${name}-one`)).toBe(used(unit, `${name}-all`));
      }
    }),
    { numRuns: 20 },
  );
});
