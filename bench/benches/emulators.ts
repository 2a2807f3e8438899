import { OPERATOR, openCloud } from '../../local/index.ts';
import type { Bench, OpenBench } from '../bench-definition.ts';
import { type Load, requestsPerSecond } from '../http-load.ts';
import { type RivalServer, rivalReady, rivalServer } from '../rivals/rival-server.ts';

/** What both are asked, over and over. */
interface Comparison {
  readonly name: string;
  readonly measures: string;
  readonly unit: string;
  readonly rival: 'kinesalite' | 'dynalite';
  readonly service: string;
  /** `DynamoDB_20120810.` */
  readonly prefix: string;
  readonly operation: string;
  readonly input: object;
  readonly requests: number;
  /** How many units one request is. */
  readonly weight: number;
  /** Calls before the first request. */
  readonly prepare: readonly (readonly [operation: string, input: object])[];
}

const STREAM = { StreamName: 'bench' };
const RECORDS = 100;
const record = (index: number) => ({
  Data: Buffer.alloc(300, 'x').toString('base64'),
  PartitionKey: `key-${index}`,
});
const KINESIS = {
  rival: 'kinesalite',
  service: 'kinesis',
  prefix: 'Kinesis_20131202.',
  prepare: [['CreateStream', { ...STREAM, ShardCount: 4 }]],
} as const;

const TABLE = { TableName: 'bench' };
const item = (index: number) => ({
  id: { S: 'visitor-1' },
  at: { S: String(index).padStart(6, '0') },
  count: { N: '17' },
  text: { S: 'x'.repeat(150) },
});
const DYNAMODB = {
  rival: 'dynalite',
  service: 'dynamodb',
  prefix: 'DynamoDB_20120810.',
  prepare: [
    [
      'CreateTable',
      {
        ...TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['id', 'at'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
      },
    ],
  ],
} as const;
const stored = Array.from({ length: 25 }, (_, index) => ['PutItem', { ...TABLE, Item: item(index) }] as const);

const COMPARISONS: readonly Comparison[] = [
  {
    ...KINESIS,
    name: 'kinesis-emulators',
    measures: `PutRecords of ${RECORDS} × 300 bytes over HTTP, beside kinesalite`,
    unit: 'records/s',
    operation: 'PutRecords',
    input: { ...STREAM, Records: Array.from({ length: RECORDS }, (_, index) => record(index)) },
    requests: 300,
    weight: RECORDS,
  },
  {
    ...DYNAMODB,
    name: 'dynamodb-emulators-put-item',
    measures: 'PutItem of a 200-byte item over HTTP, beside dynalite',
    unit: 'requests/s',
    operation: 'PutItem',
    input: { ...TABLE, Item: item(0) },
    requests: 3000,
    weight: 1,
  },
  {
    ...DYNAMODB,
    name: 'dynamodb-emulators-update-item',
    measures: 'UpdateItem with a condition over HTTP, beside dynalite',
    unit: 'requests/s',
    operation: 'UpdateItem',
    input: {
      ...TABLE,
      Key: { id: { S: 'visitor-1' }, at: { S: '000000' } },
      UpdateExpression: 'ADD #count :one SET touched = :now',
      ConditionExpression: '#count >= :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':now': { S: '2026-01-01' } },
    },
    requests: 3000,
    weight: 1,
    prepare: [...DYNAMODB.prepare, ...stored],
  },
  {
    ...DYNAMODB,
    name: 'dynamodb-emulators-query',
    measures: 'Query of 25 items of one key over HTTP, beside dynalite',
    unit: 'requests/s',
    operation: 'Query',
    input: {
      ...TABLE,
      KeyConditionExpression: 'id = :id AND #at >= :from',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':id': { S: 'visitor-1' }, ':from': { S: '000000' } },
    },
    requests: 1500,
    weight: 1,
    prepare: [...DYNAMODB.prepare, ...stored],
  },
];

/** The embedded cloud beside what else npm has, each asked the same over HTTP/1.1. */
export const emulators: readonly Bench[] = COMPARISONS.map(comparison => ({
  name: comparison.name,
  measures: comparison.measures,
  unit: comparison.unit,
  rounds: 3,
  open: () => open(comparison),
}));

async function open(comparison: Comparison): Promise<OpenBench> {
  const { service, prefix, operation, prepare, weight } = comparison;
  const [{ cloud, port, close }, rival] = await Promise.all([openCloud({ port: 0 }), rivalServer(comparison.rival)]);
  for (const [step, input] of prepare) {
    await cloud.call({ service, operation: step, input: { ...input }, principal: OPERATOR });
    await rival.call(prefix + step, input);
    if (step.startsWith('Create')) await untilActive(rival);
  }
  const load: Omit<Load, 'port'> = {
    path: '/',
    headers: { ...rival.headers, 'x-amz-target': prefix + operation },
    body: JSON.stringify(comparison.input),
    connections: 4,
    requests: comparison.requests,
  };
  const measure = async (at: number) => weight * (await requestsPerSecond({ ...load, port: at }));
  return {
    subject: { name: 'embedded cloud', measure: () => measure(port) },
    against: { name: rival.name, measure: () => measure(rival.port) },
    close: async () => {
      await rival.close();
      await close();
    },
  };
}

async function untilActive(rival: RivalServer): Promise<void> {
  const [target, input] =
    rival.name === 'kinesalite'
      ? ['Kinesis_20131202.DescribeStream', STREAM]
      : ['DynamoDB_20120810.DescribeTable', TABLE];
  await rivalReady(
    () => rival.call(target, input),
    answer => JSON.stringify(answer).includes('"ACTIVE"'),
  );
}
