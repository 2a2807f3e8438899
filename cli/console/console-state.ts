import { type AwsCall, type Flow, outstanding, readFlow, sagasOutstanding } from '../flow.ts';
import { type TailedEvent, tailStream } from './event-tail.ts';
import { type QueueDepth, readQueues } from './queues.ts';

/** What the console page shows, read anew at each poll. */
export interface ConsoleState {
  readonly startedAtMs: number;
  readonly apiUrl: string;
  readonly flow: Flow;
  readonly outstanding: number;
  readonly sagasRunning: number;
  readonly queues: readonly QueueDepth[];
  readonly alarms: readonly { readonly name: string; readonly reason: string }[];
  readonly events: readonly TailedEvent[];
  readonly quarantined: readonly { readonly key: string; readonly document: string }[];
}

export interface ConsoleSource {
  readonly aws: AwsCall;
  readonly apiUrl: string;
  readonly streamName: string;
  readonly quarantineBucket: string;
  readonly startedAtMs: number;
}

const SHOWN_QUARANTINED = 5;

export function consoleState(source: ConsoleSource): () => Promise<ConsoleState> {
  const tail = tailStream(source.aws, source.streamName);
  return async () => {
    const [flow, queues, alarms, events, quarantined] = await Promise.all([
      readFlow(source.aws, source.startedAtMs),
      readQueues(source.aws),
      readAlarms(source.aws),
      tail.read(),
      readQuarantined(source),
    ]);
    return {
      startedAtMs: source.startedAtMs,
      apiUrl: source.apiUrl,
      flow,
      outstanding: outstanding(flow),
      sagasRunning: sagasOutstanding(flow),
      queues,
      alarms,
      events,
      quarantined,
    };
  };
}

async function readAlarms(aws: AwsCall): Promise<ConsoleState['alarms']> {
  const { MetricAlarms = [] } = await aws<{ MetricAlarms?: { AlarmName: string; StateReason?: string }[] }>(
    'monitoring',
    'DescribeAlarms',
    { StateValue: 'ALARM' },
  );
  return MetricAlarms.map(alarm => ({ name: alarm.AlarmName, reason: alarm.StateReason ?? '' }));
}

/** The newest refusals with their reasons: keys begin with the date and go on with a time-ordered id. */
async function readQuarantined({ aws, quarantineBucket }: ConsoleSource): Promise<ConsoleState['quarantined']> {
  const { Contents = [] } = await aws<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', {
    Bucket: quarantineBucket,
  });
  const newest = Contents.slice(-SHOWN_QUARANTINED).reverse();
  return Promise.all(
    newest.map(async ({ Key }) => {
      const { Body } = await aws<{ Body: string }>('s3', 'GetObject', { Bucket: quarantineBucket, Key });
      return { key: Key, document: Buffer.from(Body, 'base64').toString('utf8') };
    }),
  );
}
