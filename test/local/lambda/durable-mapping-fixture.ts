import { dynamodbServices } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, restartableClouds } from '../../support/restartable-cloud.ts';
import { bundle, ROLE_ARN } from './lambda-fixture.ts';
import { ScriptedHost } from './scripted-host.ts';

export const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';
const FAILURES_ARN = 'arn:aws:sqs:eu-west-1:000000000000:failures';

/** One record as the function sees it. */
export interface Seen {
  readonly key: string;
  readonly data: unknown;
}

export interface FailureReport {
  readonly condition: string;
  readonly count: number;
  readonly batchSize: number;
}

/** A stream of some shards, queues, and the function `f`; the host outlives every cloud, as the outside world does. */
export async function durableMappings({ shards = 1, tableShardLifetimeMs = 4 * 3_600_000 } = {}) {
  const host = new ScriptedHost();
  const clouds = restartableClouds(cloud => {
    for (const service of dynamodbServices(cloud, { streams: { shardLifetimeMs: tableShardLifetimeMs } }))
      cloud.register(service);
    cloud.register(kinesisService(cloud));
    cloud.register(sqsService(cloud));
    cloud.register(lambdaService(cloud, { host }));
  });
  const running = await clouds.start();
  await running.call('kinesis', 'CreateStream', { StreamName: 'events', ShardCount: shards });
  await running.call('sqs', 'CreateQueue', { QueueName: 'failures' });
  await running.call('sqs', 'CreateQueue', { QueueName: 'orders', Attributes: { VisibilityTimeout: '30' } });
  await running.clock.advance(60_000);
  await running.call('lambda', 'CreateFunction', {
    FunctionName: 'f',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE_ARN,
    Code: { LocalDirectory: bundle('') },
  });
  return { host, running, remove: clouds.remove };
}

export async function mapStream({ call }: RestartableCloud, settings: object = {}): Promise<string> {
  const { UUID } = await call<{ UUID: string }>('lambda', 'CreateEventSourceMapping', {
    FunctionName: 'f',
    EventSourceArn: STREAM_ARN,
    StartingPosition: 'TRIM_HORIZON',
    DestinationConfig: { OnFailure: { Destination: FAILURES_ARN } },
    ...settings,
  });
  return UUID;
}

export async function put({ call }: RestartableCloud, records: readonly Seen[]): Promise<void> {
  await call('kinesis', 'PutRecords', {
    StreamName: 'events',
    Records: records.map(({ key, data }) => ({
      PartitionKey: key,
      Data: Buffer.from(JSON.stringify(data)).toString('base64'),
    })),
  });
}

/** The records of a stream's event. */
export function recordsOf(event: unknown): Seen[] {
  const { Records } = event as { Records: { kinesis: { partitionKey: string; data: string } }[] };
  return Records.map(({ kinesis }) => ({
    key: kinesis.partitionKey,
    data: JSON.parse(Buffer.from(kinesis.data, 'base64').toString()),
  }));
}

/** The data of each invocation's records. */
export function batches(host: ScriptedHost): unknown[][] {
  return host.invocations.map(({ event }) => recordsOf(event).map(({ data }) => data));
}

/** Takes what went to the on-failure destination. */
export async function takeFailures({ call }: RestartableCloud): Promise<FailureReport[]> {
  const QueueUrl = 'http://x/000000000000/failures';
  const reports: FailureReport[] = [];
  for (;;) {
    const { Messages = [] } = await call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: 10 },
    );
    if (Messages.length === 0) return reports;
    for (const { Body, ReceiptHandle } of Messages) {
      await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
      const { requestContext, KinesisBatchInfo } = JSON.parse(Body);
      const { condition, approximateInvokeCount } = requestContext;
      reports.push({ condition, count: approximateInvokeCount, batchSize: KinesisBatchInfo.batchSize });
    }
  }
}
