/** The event that the default bus gets when an alarm changes its state (user guide, "Alarm events and EventBridge"). */
import { createHash } from 'node:crypto';
import type { CallRequest, Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { MetricQuery, MetricStat } from '../metrics/metric-query.ts';
import type { Alarm, AlarmStatus, MetricAlarm } from './alarm.ts';

export function stateChangeEvent(alarm: Alarm, previous: AlarmStatus): CallRequest {
  const detail = {
    alarmName: alarm.name,
    configuration: {
      ...(alarm.description === undefined ? {} : { description: alarm.description }),
      ...(alarm.kind === 'metric' ? { metrics: metricsOf(alarm) } : { alarmRule: alarm.rule }),
    },
    previousState: stateOf(previous),
    state: stateOf(alarm.status),
  };
  const entry = {
    Source: 'aws.cloudwatch',
    DetailType: 'CloudWatch Alarm State Change',
    Resources: [alarm.arn],
    Time: alarm.status.sinceMs / 1000,
    Detail: JSON.stringify(detail),
  };
  return {
    service: 'events',
    operation: 'PutEvents',
    input: { Entries: [entry] },
    principal: { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn },
  };
}

/** Whether there is anybody to be told of state changes. */
export function hasEventBus(cloud: Cloud): boolean {
  return cloud.service('events') !== undefined;
}

function stateOf({ state, reason, reasonData, sinceMs }: AlarmStatus): JsonObject {
  return {
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    timestamp: new Date(sinceMs).toISOString().replace('Z', '+0000'),
    value: state,
  };
}

function metricsOf(alarm: MetricAlarm): JsonObject[] {
  const given = new Map(namedQueries(alarm.configuration.Metrics));
  return alarm.queries.map(({ id, isReturned, source, periodMs }) => {
    const query = given.get(id);
    return {
      ...('metric' in source ? {} : { expression: query?.Expression }),
      id: query ? id : generatedId(alarm.arn),
      ...(query?.Label === undefined ? {} : { label: query.Label }),
      ...('metric' in source ? { metricStat: metricStatOf(source) } : {}),
      ...(periodMs === undefined ? {} : { period: periodMs / 1000 }),
      returnData: isReturned,
    };
  });
}

function namedQueries(metrics: unknown): [MetricQuery['id'], JsonObject][] {
  return Array.isArray(metrics) ? metrics.map((query: JsonObject) => [String(query.Id), query]) : [];
}

function metricStatOf({ metric, periodMs, statisticName, unit }: MetricStat): JsonObject {
  const { dimensions, name, namespace } = metric;
  return {
    metric: { dimensions, name, namespace },
    period: periodMs / 1000,
    stat: statisticName,
    ...(unit === undefined ? {} : { unit }),
  };
}

/** An alarm on one metric names none: CloudWatch makes up a UUID. Ours is the same for the same alarm. */
function generatedId(alarmArn: string): string {
  const hex = createHash('sha256').update(alarmArn).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
