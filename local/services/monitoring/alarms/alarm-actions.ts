/** What an alarm does when it changes its state: publishes to SNS topics, invokes functions. */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { writeDimensions } from '../input.ts';
import type { Alarm, AlarmStatus, MetricAlarm } from './alarm.ts';

type Told = (action: string, error: unknown) => void;

/** Returns at once; `told` hears of each action's end, with the error if it failed. */
export function tellActions(cloud: Cloud, alarm: Alarm, previous: AlarmStatus, told: Told): void {
  for (const action of alarm.actions[alarm.status.state]) {
    callFor(cloud, alarm, previous, action).then(
      () => told(action, undefined),
      (error: unknown) => told(action, error),
    );
  }
}

async function callFor(cloud: Cloud, alarm: Alarm, previous: AlarmStatus, action: string): Promise<unknown> {
  if (action.startsWith('arn:aws:sns:')) {
    return cloud.call({
      service: 'sns',
      operation: 'Publish',
      input: { TopicArn: action, Subject: subject(cloud, alarm), Message: notification(cloud, alarm, previous) },
      principal: { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn },
    });
  }
  if (action.startsWith('arn:aws:lambda:')) {
    const input = { FunctionName: action, InvocationType: 'Event', Payload: invocation(cloud, alarm, previous) };
    return cloud.call({
      service: 'lambda',
      operation: 'Invoke',
      input,
      principal: { kind: 'service', service: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: alarm.arn },
    });
  }
  throw new Error(`the action ${action} is not supported`);
}

function subject(cloud: Cloud, { name, status }: Alarm): string {
  return `${status.state}: "${name}" in ${cloud.region}`.slice(0, 100);
}

function notification(cloud: Cloud, alarm: Alarm, previous: AlarmStatus): string {
  const { name, status, actions } = alarm;
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: cloud.accountId,
    AlarmConfigurationUpdatedTimestamp: stamp(alarm.configuredMs),
    NewStateValue: status.state,
    NewStateReason: status.reason,
    StateChangeTime: stamp(status.sinceMs),
    Region: cloud.region,
    AlarmArn: alarm.arn,
    OldStateValue: previous.state,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    ...(alarm.kind === 'metric' ? { Trigger: trigger(alarm) } : { AlarmRule: alarm.rule }),
  });
}

function trigger(alarm: MetricAlarm): JsonObject {
  const { configuration } = alarm;
  const [only] = alarm.queries;
  const single = alarm.queries.length === 1 && only && 'metric' in only.source ? only.source : undefined;
  return {
    ...(single
      ? {
          MetricName: single.metric.name,
          Namespace: single.metric.namespace,
          StatisticType: configuration.ExtendedStatistic === undefined ? 'Statistic' : 'ExtendedStatistic',
          Statistic: String(configuration.Statistic ?? configuration.ExtendedStatistic).toUpperCase(),
          Unit: single.unit ?? null,
          Dimensions: writeDimensions(single.metric.dimensions).map(({ Name, Value }) => ({
            value: Value,
            name: Name,
          })),
        }
      : { Metrics: configuration.Metrics }),
    Period: alarm.periodMs / 1000,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.missingData,
    EvaluateLowSampleCountPercentile: '',
  };
}

function invocation(cloud: Cloud, alarm: Alarm, previous: AlarmStatus): string {
  const state = ({ state, reason, reasonData, sinceMs }: AlarmStatus) => ({
    value: state,
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    timestamp: stamp(sinceMs),
  });
  return JSON.stringify({
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: cloud.accountId,
    time: stamp(alarm.status.sinceMs),
    region: cloud.region,
    alarmData: {
      alarmName: alarm.name,
      state: state(alarm.status),
      previousState: state(previous),
      configuration: {
        ...(alarm.description === undefined ? {} : { description: alarm.description }),
        ...(alarm.kind === 'metric' ? { metrics: alarm.configuration.Metrics ?? [] } : { alarmRule: alarm.rule }),
      },
    },
  });
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
