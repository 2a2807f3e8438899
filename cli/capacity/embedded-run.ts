/**
 * The same trace, really sent: through the Kinesis engine with its write and read limits on, a real event source mapping and a
 * function of set duration, in the embedded cloud on a virtual clock. What the twin predicts is measured here.
 */
import type { SlicedTrace } from '../../core/capacity/arrival-trace.ts';
import type { Configuration } from '../../core/capacity/configuration.ts';
import type { KeySpread } from '../../core/capacity/key-spread.ts';
import { DRAIN_MS, type Workload } from '../../core/capacity/predict.ts';
import { type Spread, spreadOf } from '../../core/capacity/spread.ts';
import { Cloud } from '../../local/cloud/cloud.ts';
import { seededIds } from '../../local/cloud/ids.ts';
import type { JsonObject } from '../../local/cloud/service.ts';
import { OPERATOR } from '../../local/index.ts';
import { dynamodbServices } from '../../local/services/dynamodb/dynamodb-service.ts';
import { kinesisService } from '../../local/services/kinesis/kinesis-service.ts';
import { lambdaService } from '../../local/services/lambda/lambda-service.ts';
import { VirtualClock } from '../../local/time/virtual-clock.ts';
import { paceSignals } from './paced-signals.ts';
import { TimedFunction } from './timed-function.ts';
import { traceRecords } from './trace-records.ts';

/** What the embedded cloud made of a trace, under the names of the prediction. */
export interface Measurement {
  readonly arrived: number;
  readonly throttled: number;
  readonly processed: number;
  readonly backlog: number;
  readonly iteratorAgeMs: Spread;
  readonly delayMs: Spread;
  readonly invocations: number;
  readonly invocationsThrottled: number;
  readonly coldStarts: number;
  readonly concurrency: number;
  readonly readsThrottled: number;
  readonly writes: number;
  readonly writesThrottled: number;
}

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const STREAM = 'trace';
const FUNCTION = 'consumer';
const TABLE = 'states';
const MOST_RECORDS_PER_CALL = 500;
const MOST_BYTES_PER_CALL = 5 * 2 ** 20;
/** Of 1,000, an account keeps 100 for the functions that reserve none. */
const MOST_RESERVED = 900;

/** @param onProgress share of the trace that was sent */
export async function runEmbedded(
  { trace, keys, drainMs = DRAIN_MS }: Workload,
  configuration: Configuration,
  onProgress: (share: number) => void = () => {},
): Promise<Measurement> {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: REGION, accountId: ACCOUNT, clock, ids: seededIds(1) });
  paceSignals(cloud);
  const host = new TimedFunction({ cloud, name: FUNCTION, ...configuration, tableName: TABLE });
  for (const service of dynamodbServices(cloud, { enforceLimits: true })) cloud.register(service);
  cloud.register(kinesisService(cloud, { enforceReadLimits: true }));
  cloud.register(lambdaService(cloud, { host }));
  const ages: number[] = [];
  const counts = { throttles: 0, reads: 0 };
  cloud.metrics = ({ name, value, dimensions }) => {
    if (name === 'ReadProvisionedThroughputExceeded') counts.reads += value;
    if (dimensions?.FunctionName !== FUNCTION) return;
    if (name === 'IteratorAge') ages.push(value);
    if (name === 'Throttles') counts.throttles += value;
  };
  try {
    await setUp(cloud, configuration);
    const { arrived, throttled } = await sendTrace(cloud, { trace, keys, configuration, onProgress });
    const endMs = clock.now() + drainMs;
    await clock.advance(endMs - clock.now());
    const backlog = arrived - throttled - host.processed;
    return {
      arrived,
      throttled,
      processed: host.processed,
      backlog,
      iteratorAgeMs: spreadOf(ages),
      delayMs: spreadOf(host.delaysMs),
      invocations: host.invocations,
      invocationsThrottled: counts.throttles,
      coldStarts: host.coldStarts,
      concurrency: host.highest,
      readsThrottled: counts.reads,
      writes: host.writes,
      writesThrottled: host.writesThrottled,
    };
  } finally {
    await cloud.close();
  }
}

type Call = (service: string, operation: string, input: JsonObject) => Promise<JsonObject>;

function caller(cloud: Cloud): Call {
  return (service, operation, input) => cloud.call({ service, operation, input, principal: OPERATOR });
}

async function setUp(cloud: Cloud, configuration: Configuration): Promise<void> {
  const { stream, mapping, table } = configuration;
  const call = caller(cloud);
  const mode = stream.mode === 'on-demand' ? 'ON_DEMAND' : 'PROVISIONED';
  await call('kinesis', 'CreateStream', {
    StreamName: STREAM,
    StreamModeDetails: { StreamMode: mode },
    ...(stream.mode === 'provisioned' && { ShardCount: stream.shards }),
  });
  for (let other = 1; other < mapping.readers; other++) await addConsumer(call, `other-${other}`, configuration);
  await addConsumer(call, FUNCTION, configuration);
  const { concurrency } = configuration.function;
  if (concurrency <= MOST_RESERVED) {
    const reserved = { FunctionName: FUNCTION, ReservedConcurrentExecutions: concurrency };
    await call('lambda', 'PutFunctionConcurrency', reserved);
  }
  await (cloud.clock as VirtualClock).advance(5000); // this cloud was made with one
  if (table) {
    await call('dynamodb', 'CreateTable', {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      ...(table.mode === 'provisioned'
        ? {
            BillingMode: 'PROVISIONED',
            ProvisionedThroughput: { WriteCapacityUnits: table.writeUnits, ReadCapacityUnits: 1 },
          }
        : { BillingMode: 'PAY_PER_REQUEST' }),
    });
  }
}

async function addConsumer(call: Call, name: string, { mapping, function: of }: Configuration): Promise<void> {
  await call('lambda', 'CreateFunction', {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${ACCOUNT}:role/consumer`,
    Code: { LocalDirectory: import.meta.dirname }, // a timed function has no code
    MemorySize: of.memoryMb,
    Timeout: 900,
  });
  await call('lambda', 'CreateEventSourceMapping', {
    FunctionName: name,
    EventSourceArn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${STREAM}`,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: Math.round(mapping.windowMs / 1000),
    ParallelizationFactor: mapping.parallelization,
  });
}

interface Sending {
  readonly trace: SlicedTrace;
  readonly keys: KeySpread;
  readonly configuration: Configuration;
  readonly onProgress: (share: number) => void;
}

async function sendTrace(
  cloud: Cloud,
  { trace, keys, configuration, onProgress }: Sending,
): Promise<{ readonly arrived: number; readonly throttled: number }> {
  const clock = cloud.clock as VirtualClock; // this cloud was made with one
  const call = caller(cloud);
  const startMs = clock.now();
  const recordsOf = traceRecords(keys, configuration.stream);
  let arrived = 0;
  let throttled = 0;
  for (const [index, slice] of trace.slices.entries()) {
    await clock.advance(Math.max(0, startMs + slice.atMs - clock.now()));
    const records = recordsOf(slice);
    const perCall = Math.max(
      1,
      Math.min(MOST_RECORDS_PER_CALL, Math.floor(MOST_BYTES_PER_CALL / Math.max(1, slice.sizeBytes))),
    );
    for (let from = 0; from < records.length; from += perCall) {
      const Records = records.slice(from, from + perCall);
      const { FailedRecordCount } = await call('kinesis', 'PutRecords', { StreamName: STREAM, Records });
      throttled += Number(FailedRecordCount);
    }
    arrived += slice.count;
    onProgress((index + 1) / trace.slices.length);
  }
  await clock.advance(Math.max(0, startMs + trace.durationMs - clock.now()));
  return { arrived, throttled };
}
