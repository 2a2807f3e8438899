import type { LiveCost } from '../cost/live-cost.ts';
import { type AwsCall, type Flow, outstanding, sagasOutstanding } from '../flow.ts';
import { type TailedEvent, tailStream } from './event-tail.ts';
import { type QuarantinedDocument, watchQuarantine } from './quarantine.ts';
import { type QueueDepth, readQueues } from './queues.ts';

/** What the console page shows, read anew at each poll. */
export interface ConsoleState {
  readonly startedAtMs: number;
  readonly apiUrl: string;
  readonly flow: Flow;
  readonly outstanding: number;
  readonly cost: LiveCost;
  readonly sagasRunning: number;
  readonly queues: readonly QueueDepth[];
  readonly alarms: readonly { readonly name: string; readonly reason: string }[];
  readonly events: readonly TailedEvent[];
  readonly quarantined: readonly QuarantinedDocument[];
}

export interface ConsoleSource {
  readonly aws: AwsCall;
  readonly apiUrl: string;
  readonly streamName: string;
  readonly quarantineBucket: string;
  readonly startedAtMs: number;
  readonly flow: () => Promise<Flow>;
  readonly cost: (flow: Flow) => LiveCost;
}

export function consoleState(source: ConsoleSource): () => Promise<ConsoleState> {
  const tail = tailStream(source.aws, source.streamName);
  const quarantined = watchQuarantine(source.aws, source.quarantineBucket);
  return async () => {
    const [flow, queues, alarms, events, newestQuarantined] = await Promise.all([
      source.flow(),
      readQueues(source.aws),
      readAlarms(source.aws),
      tail.read(),
      quarantined(),
    ]);
    return {
      startedAtMs: source.startedAtMs,
      apiUrl: source.apiUrl,
      flow,
      outstanding: outstanding(flow),
      cost: source.cost(flow),
      sagasRunning: sagasOutstanding(flow),
      queues,
      alarms,
      events,
      quarantined: newestQuarantined,
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
