/**
 * What an alarm does when it changes its state: tells the default event bus, publishes to SNS topics, invokes functions. An
 * action is under way from the change until it has been carried out or has failed.
 */
import type { CallRequest, Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { writeDimensions } from '../input.ts';
import type { Alarm, AlarmStatus, MetricAlarm } from './alarm.ts';
import { hasEventBus, stateChangeEvent } from './state-change-event.ts';

export interface ActionUnderWay {
  readonly number: number;
  readonly alarmName: string;
  readonly alarmKind: Alarm['kind'];
  /** Its ARN; absent for the event that every change of state is. */
  readonly action?: string | undefined;
  /** Absent for an action that is not supported. */
  readonly call?: CallRequest | undefined;
}

type Ended = (underWay: ActionUnderWay, error: unknown) => void;

export class AlarmActions {
  readonly #cloud: Cloud;
  readonly #ended: Ended;
  /** By number. */
  readonly underWay = new Map<number, ActionUnderWay>();
  #lastNumber = 0;
  /** Told of every action that began or ended. */
  changed: (number: number) => void = () => {};

  /** `ended` hears of each action's end, with the error if it failed. */
  constructor(cloud: Cloud, ended: Ended) {
    this.#cloud = cloud;
    this.#ended = ended;
  }

  /** Returns at once. */
  tell(alarm: Alarm, previous: AlarmStatus): void {
    if (hasEventBus(this.#cloud)) this.#begin(alarm, { call: stateChangeEvent(alarm, previous) });
    if (!alarm.actionsEnabled) return;
    for (const action of alarm.actions[alarm.status.state]) {
      this.#begin(alarm, { action, call: callFor(this.#cloud, alarm, previous, action) });
    }
  }

  #begin(alarm: Alarm, { action, call }: Pick<ActionUnderWay, 'action' | 'call'>): void {
    const number = this.#lastNumber + 1;
    const underWay = { number, alarmName: alarm.name, alarmKind: alarm.kind, action, call };
    this.restore(underWay);
    this.changed(number);
    void this.#carryOut(underWay);
  }

  /** Takes back an action of an earlier process; `resume` carries it out. */
  restore(underWay: ActionUnderWay): void {
    this.underWay.set(underWay.number, underWay);
    this.#lastNumber = Math.max(this.#lastNumber, underWay.number);
  }

  /** Carries out what an earlier process left undone. */
  resume(left: readonly ActionUnderWay[]): void {
    for (const underWay of left) void this.#carryOut(underWay);
  }

  async #carryOut(underWay: ActionUnderWay): Promise<void> {
    let failure: unknown;
    try {
      if (!underWay.call) throw new Error(`the action ${underWay.action} is not supported`);
      await this.#cloud.call(underWay.call);
    } catch (error) {
      failure = error;
    }
    this.underWay.delete(underWay.number);
    this.changed(underWay.number);
    this.#ended(underWay, failure);
  }
}

function callFor(cloud: Cloud, alarm: Alarm, previous: AlarmStatus, action: string): CallRequest | undefined {
  if (action.startsWith('arn:aws:sns:')) {
    return {
      service: 'sns',
      operation: 'Publish',
      input: { TopicArn: action, Subject: subject(cloud, alarm), Message: notification(cloud, alarm, previous) },
      principal: { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn },
    };
  }
  if (action.startsWith('arn:aws:lambda:')) {
    const input = { FunctionName: action, InvocationType: 'Event', Payload: invocation(cloud, alarm, previous) };
    return {
      service: 'lambda',
      operation: 'Invoke',
      input,
      principal: { kind: 'service', service: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: alarm.arn },
    };
  }
  return undefined;
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
