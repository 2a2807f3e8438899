import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand as ListTableStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient, ListRulesCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../cli/platform.ts';

let platform: Platform;
let config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 5, report: () => {} });
  const credentials = { accessKeyId: 'anyone', secretAccessKey: 'anything' };
  config = { endpoint: platform.endpoint, region: 'eu-west-1', credentials };
});

afterAll(() => platform.close());

test('unmodified SDK clients find what the template provisioned, each over its own protocol', async () => {
  const { Shards } = await new KinesisClient(config).send(
    new ListShardsCommand({ StreamName: platform.outputs.StreamName }),
  );
  expect(Shards).toHaveLength(4);

  const dynamodb = new DynamoDBClient(config);
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const profiles = TableNames.find(name => name.endsWith('-session-profiles'));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: profiles }));
  expect(Table).toMatchObject({ StreamSpecification: { StreamEnabled: true } });
  expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
  const { Streams } = await new DynamoDBStreamsClient(config).send(
    new ListTableStreamsCommand({ TableName: profiles }),
  );
  expect(Streams).toHaveLength(1);

  const { Functions = [] } = await new LambdaClient(config).send(new ListFunctionsCommand({}));
  expect(Functions.map(found => found.Runtime)).toEqual(Functions.map(() => 'nodejs24.x'));
  const { EventSourceMappings = [] } = await new LambdaClient(config).send(new ListEventSourceMappingsCommand({}));
  expect(EventSourceMappings.map(mapping => mapping.State)).toEqual(EventSourceMappings.map(() => 'Enabled'));

  const sqs = new SQSClient(config);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const overflow = QueueUrls.find(url => url.endsWith('-overflow.fifo'));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: overflow, AttributeNames: ['RedrivePolicy'] }),
  );
  expect(Attributes?.RedrivePolicy).toContain('overflow-dlq');

  const { status } = await new SFNClient(config).send(
    new DescribeStateMachineCommand({ stateMachineArn: platform.outputs.StateMachineArn }),
  );
  expect(status).toBe('ACTIVE');
  const parameters = await new SSMClient(config).send(
    new GetParametersByPathCommand({ Path: '/millrace', Recursive: true }),
  );
  expect(parameters.Parameters?.length).toBeGreaterThan(0);
  const { MetricAlarms } = await new CloudWatchClient(config).send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms?.length).toBeGreaterThan(10);
  expect((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account).toBe('000000000000');
});

test('the rules of the bus match what their patterns say, asked through TestEventPattern', async () => {
  const client = new EventBridgeClient(config);
  const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName: platform.outputs.EventBusName }));
  const pattern = (name: string) => Rules.find(rule => rule.Name?.endsWith(name))?.EventPattern;
  const event = {
    id: '1',
    'detail-type': 'behaviour.purchase.made.v1',
    source: 'urn:test',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { data: { amountMilli: 1 } },
  };
  const matches = async (name: string) =>
    (await client.send(new TestEventPatternCommand({ EventPattern: pattern(name), Event: JSON.stringify(event) })))
      .Result;
  expect([await matches('-purchases'), await matches('-trip-facts')]).toEqual([true, false]);
});

test('S3 keeps bytes as they are, also through the SDK’s chunked and checksummed upload', async () => {
  const client = new S3Client(config);
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const bucket = Buckets.find(found => found.Name?.includes('claim-check'))?.Name;
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a b/ü.bin', Body: bytes }));
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a b/ü.bin' }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
});

test('the console page and its state are served beside the AWS APIs, and nothing outside its folder', async () => {
  const get = (place: string) => fetch(`${platform.endpoint}${place}`);
  expect(await (await get('/')).text()).toContain('<title>Millrace</title>');
  for (const [file, type] of [
    ['console.js', 'text/javascript'],
    ['drawing.js', 'text/javascript'],
    ['console.css', 'text/css'],
    ['icon.svg', 'image/svg+xml'],
  ]) {
    const response = await get(`/console/${file}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(String(type)),
    ]);
  }
  const state = (await (await get('/console/api/state')).json()) as Record<string, unknown>;
  expect(Object.keys(state)).toEqual(expect.arrayContaining(['flow', 'queues', 'alarms', 'events', 'quarantined']));
  expect((await get('/console/..%2fpackage.json')).status).toBe(404);
});
