/**
 * The state of the flow, read from CloudWatch as any operator would read it: what each hop counted, and whether
 * everything that was accepted is accounted for.
 */

/** One AWS call; the embedded cloud answers it in this process. */
export type AwsCall = <Output>(service: string, operation: string, input: Record<string, unknown>) => Promise<Output>;

/** Hop (the handler that counts) and metric, as the handlers publish them in namespace `Millrace`. */
const COUNTS = {
  accepted: ['collector', 'Accepted'],
  refused: ['collector', 'Refused'],
  quarantinedAtDoor: ['collector', 'Quarantined'],
  overflowed: ['collector', 'Overflowed'],
  drained: ['overflow-drainer', 'Drained'],
  applied: ['session-profile', 'Applied'],
  duplicates: ['session-profile', 'Duplicate'],
  quarantinedOnStream: ['session-profile', 'Quarantined'],
  parked: ['session-profile', 'Parked'],
  published: ['outbox-publisher', 'Published'],
  publishFailed: ['outbox-publisher', 'PublishFailed'],
  salesConsumed: ['sales-projector', 'Consumed'],
  salesDuplicates: ['sales-projector', 'Duplicate'],
  tripsConsumed: ['trip-projector', 'Consumed'],
  bookingsAccepted: ['booking-command', 'Accepted'],
  sagasStarted: ['saga-starter', 'Started'],
  sagasCompleted: ['trip-booking', 'SagaCompleted'],
  sagasCompensated: ['trip-booking', 'SagaCompensated'],
} as const satisfies Record<string, readonly [hop: string, metric: string]>;

export type FlowCount = keyof typeof COUNTS;

export interface Flow {
  readonly atMs: number;
  readonly counts: Readonly<Record<FlowCount, number>>;
  readonly sagasFailed: number;
  /** From HTTP acceptance to the effect on the read model, ms; absent before the first effect. */
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number } | undefined;
}

interface MetricDataAnswer {
  readonly MetricDataResults?: readonly { readonly Id?: string; readonly Values?: readonly number[] }[];
}

const MINUTE_SECONDS = 60;

/** Whose counts are read, and from when on. */
export interface FlowSource {
  readonly aws: AwsCall;
  /** The deployment stage, a dimension of every count. */
  readonly stage: string;
  readonly sinceMs: number;
}

/** Reads everything that was counted since `sinceMs` in one call. */
export async function readFlow({ aws, stage, sinceMs }: FlowSource): Promise<Flow> {
  const atMs = Date.now();
  const from = Math.floor(sinceMs / 60_000) * MINUTE_SECONDS;
  const to = (Math.floor(atMs / 60_000) + 1) * MINUTE_SECONDS;
  const period = to - from;
  const query = (id: string, stat: string, metric: object) => ({
    Id: id,
    MetricStat: { Metric: metric, Period: period, Stat: stat },
  });
  const millrace = ([hop, name]: readonly [string, string]) => ({
    Namespace: 'Millrace',
    MetricName: name,
    Dimensions: [
      { Name: 'Stage', Value: stage },
      { Name: 'Hop', Value: hop },
    ],
  });
  const failures = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];
  const machines = await stateMachineArns(aws);
  const latency = millrace(['session-profile', 'EffectLatency']);
  const answer = await aws<MetricDataAnswer>('monitoring', 'GetMetricData', {
    StartTime: from,
    EndTime: to,
    MetricDataQueries: [
      ...Object.entries(COUNTS).map(([id, count]) => query(id, 'Sum', millrace(count))),
      ...machines.flatMap((arn, index) =>
        failures.map(name => query(`failed${index}${name}`, 'Sum', stateMetric(name, arn))),
      ),
      query('p50', 'p50', latency),
      query('p99', 'p99', latency),
    ],
  });
  return toFlow(atMs, answer);
}

function stateMetric(name: string, stateMachineArn: string): object {
  return {
    Namespace: 'AWS/States',
    MetricName: name,
    Dimensions: [{ Name: 'StateMachineArn', Value: stateMachineArn }],
  };
}

async function stateMachineArns(aws: AwsCall): Promise<string[]> {
  const answer = await aws<{ stateMachines: { stateMachineArn: string }[] }>('states', 'ListStateMachines', {});
  return answer.stateMachines.map(machine => machine.stateMachineArn);
}

function toFlow(atMs: number, answer: MetricDataAnswer): Flow {
  const results = new Map((answer.MetricDataResults ?? []).map(result => [result.Id ?? '', result.Values ?? []]));
  const sum = (id: string) => (results.get(id) ?? []).reduce((total, value) => total + value, 0);
  const counts = Object.fromEntries(Object.keys(COUNTS).map(id => [id, sum(id)])) as Record<FlowCount, number>; // one per key
  const failed = [...results.keys()].filter(id => id.startsWith('failed')).reduce((total, id) => total + sum(id), 0);
  const p50 = results.get('p50')?.[0];
  const p99 = results.get('p99')?.[0];
  return {
    atMs,
    counts,
    sagasFailed: failed,
    latency: p50 === undefined || p99 === undefined ? undefined : { p50Ms: p50, p99Ms: p99 },
  };
}

/** accepted − (applied + duplicate + quarantined + parked): what is still on its way, or lost. */
export function outstanding({ counts }: Flow): number {
  const quarantined = counts.quarantinedAtDoor + counts.quarantinedOnStream;
  return counts.accepted - (counts.applied + counts.duplicates + quarantined + counts.parked);
}

/** Bookings that were accepted and whose saga has not ended. */
export function sagasOutstanding({ counts, sagasFailed }: Flow): number {
  return counts.bookingsAccepted - (counts.sagasCompleted + counts.sagasCompensated + sagasFailed);
}
