import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { bundle, ROLE_ARN } from '../lambda/lambda-fixture.ts';

export const SHARDS = 4;
export const RECORDS_PER_SHARD = 25;
export const KEYS_PER_SHARD = 5;
/** The poison: the third record of its key. */
export const BAD = { shard: 2, index: 12 };
export const RETRIES = 2;

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
const FAILURES_ARN = 'arn:aws:sqs:eu-west-1:000000000000:failures';

/** One record as it was put; `index` counts within its shard. */
export interface Put {
  readonly shard: number;
  readonly index: number;
  readonly key: string;
  readonly poison: boolean;
}

/** One call of the function, as Lambda answered it. */
export interface Invocation {
  readonly atMs: number;
  readonly shard: number;
  readonly records: readonly Put[];
  readonly outcome: 'thrown' | 'reported' | 'succeeded';
}

export interface Mapping {
  readonly bisect: boolean;
  readonly partial: boolean;
  readonly factor: number;
  /** @default 100 */
  readonly batchSize?: number;
  /** @default whatever the mapping understands: a report when it takes partial responses, an exception otherwise */
  readonly failure?: 'throw' | 'report';
}

/** Throws for the poison, or reports it, as a handler of the field would. */
const HANDLER = `
export const handler = async event => {
  const records = event.Records.map(({ kinesis }) => ({
    sequenceNumber: kinesis.sequenceNumber,
    ...JSON.parse(Buffer.from(kinesis.data, 'base64').toString()),
  }));
  const failed = records.filter(record => record.poison);
  if (process.env.FAILURE === 'throw' && failed.length > 0) throw new Error('poison');
  return { batchItemFailures: failed.map(record => ({ itemIdentifier: record.sequenceNumber })) };
};`;

interface StreamRecords {
  readonly Records: readonly { readonly kinesis: { readonly data: string } }[];
}

/** Kinesis, Lambda (a handler in its worker thread) and SQS, joined by one mapping, on a virtual clock. */
export async function poisonPill(mapping: Mapping) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(3) });
  for (const service of [kinesisService, lambdaService, sqsService]) cloud.register(service(cloud));
  const invocations = recordInvocations(cloud);
  const call = <Output = JsonObject>(service: string, operation: string, input: JsonObject) =>
    cloud.call<Output>({ service, operation, input, principal: OPERATOR });
  await call('kinesis', 'CreateStream', { StreamName: 'events', ShardCount: SHARDS });
  await call('sqs', 'CreateQueue', { QueueName: 'failures' });
  await clock.advance(60_000);
  await call('lambda', 'CreateFunction', {
    FunctionName: 'consumer',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE_ARN,
    Code: { LocalDirectory: bundle(HANDLER) },
    Environment: { Variables: { FAILURE: mapping.failure ?? (mapping.partial ? 'report' : 'throw') } },
  });
  const { Shards: shards } = await call<{ Shards: { HashKeyRange: { StartingHashKey: string } }[] }>(
    'kinesis',
    'ListShards',
    { StreamName: 'events' },
  );

  /** Puts records in one call. @returns their sequence numbers */
  async function put(records: readonly Put[]): Promise<readonly string[]> {
    const answer = await call<{ Records: { SequenceNumber: string }[] }>('kinesis', 'PutRecords', {
      StreamName: 'events',
      Records: records.map(record => ({
        PartitionKey: record.key,
        ExplicitHashKey: shards[record.shard]?.HashKeyRange.StartingHashKey,
        Data: Buffer.from(JSON.stringify(record)).toString('base64'),
      })),
    });
    return answer.Records.map(({ SequenceNumber }) => SequenceNumber);
  }

  function map(): Promise<JsonObject> {
    return call('lambda', 'CreateEventSourceMapping', {
      EventSourceArn: STREAM_ARN,
      FunctionName: 'consumer',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: mapping.batchSize ?? 100,
      BisectBatchOnFunctionError: mapping.bisect,
      FunctionResponseTypes: mapping.partial ? ['ReportBatchItemFailures'] : [],
      ParallelizationFactor: mapping.factor,
      MaximumRetryAttempts: RETRIES,
      DestinationConfig: { OnFailure: { Destination: FAILURES_ARN } },
    });
  }

  async function failures(): Promise<readonly JsonObject[]> {
    const input = { QueueUrl: `${cloud.endpoint}/000000000000/failures`, MaxNumberOfMessages: 10 };
    const all: JsonObject[] = [];
    for (;;) {
      const { Messages = [] } = await call<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', input);
      if (Messages.length === 0) return all;
      all.push(...Messages.map(({ Body }) => JSON.parse(Body) as JsonObject));
    }
  }

  return { clock, cloud, invocations, put, map, failures };
}

/** 100 records, the keys of each shard taking turns. */
export function hundredRecords(bad: readonly Pick<Put, 'shard' | 'index'>[] = [BAD]): readonly Put[] {
  return Array.from({ length: RECORDS_PER_SHARD }, (_, index) =>
    Array.from({ length: SHARDS }, (_, shard) => ({
      shard,
      index,
      key: `key-${shard}-${index % KEYS_PER_SHARD}`,
      poison: bad.some(one => one.shard === shard && one.index === index),
    })),
  ).flat();
}

/** The records that an invocation leaves done, as a mapping reads its answer. */
export function acknowledged({ records, outcome }: Invocation): readonly Put[] {
  if (outcome === 'thrown') return [];
  return outcome === 'succeeded'
    ? records
    : records.slice(
        0,
        records.findIndex(({ poison }) => poison),
      );
}

function recordInvocations(cloud: Cloud): Invocation[] {
  const invocations: Invocation[] = [];
  cloud.intercept(async ({ operation, input }, next) => {
    if (operation !== 'Invoke') return next();
    const { Records } = JSON.parse(String(input.Payload)) as StreamRecords;
    const records = Records.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as Put);
    const atMs = cloud.clock.now();
    const answer = (await next()) as { FunctionError?: string; Payload: string };
    const failed = answer.FunctionError === undefined && answer.Payload.includes('itemIdentifier');
    const outcome = answer.FunctionError ? 'thrown' : failed ? 'reported' : 'succeeded';
    invocations.push({ atMs, shard: records[0]?.shard ?? -1, records, outcome });
    return answer;
  });
  return invocations;
}
