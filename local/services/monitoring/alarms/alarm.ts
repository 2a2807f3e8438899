import type { MetricQuery } from '../metrics/metric-query.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export const ALARM_STATES: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface AlarmStatus {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly sinceMs: number;
}

interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs of what is told when the alarm enters a state. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly configuredMs: number;
  /** The request, as `DescribeAlarms` and notifications repeat it. */
  readonly configuration: Readonly<Record<string, unknown>>;
  status: AlarmStatus;
}

export interface MetricAlarm extends AlarmBase {
  readonly kind: 'metric';
  /** The metric or expression that is watched is the one query whose data is returned. */
  readonly queries: readonly MetricQuery[];
  readonly watchedId: string;
  readonly periodMs: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly missingData: MissingData;
}

export interface CompositeAlarm extends AlarmBase {
  readonly kind: 'composite';
  readonly rule: string;
  readonly holds: (stateOf: (alarm: string) => AlarmState | undefined) => boolean;
}

export type Alarm = MetricAlarm | CompositeAlarm;
