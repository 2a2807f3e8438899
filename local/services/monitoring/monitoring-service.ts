/** CloudWatch: metrics, alarms, dashboards. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission, Service } from '../../cloud/service.ts';
import { AlarmBook } from './alarms/alarm-book.ts';
import { keepAlarms } from './alarms/alarms-journal.ts';
import { describeAlarmHistory, describeAlarms, setAlarmState } from './alarms/describe-alarms.ts';
import { putCompositeAlarm, putMetricAlarm } from './alarms/put-metric-alarm.ts';
import { type Dashboard, Dashboards } from './dashboards/dashboards.ts';
import { texts } from './input.ts';
import { getMetricData } from './metrics/get-metric-data.ts';
import { getMetricStatistics } from './metrics/get-metric-statistics.ts';
import { listMetrics } from './metrics/list-metrics.ts';
import { MetricStore } from './metrics/metric-store.ts';
import { keepMetrics } from './metrics/metrics-journal.ts';
import { putMetricData } from './metrics/put-metric-data.ts';

/** Becomes the place where every engine's metrics go. */
export function monitoringService(cloud: Cloud): Service {
  const store = new MetricStore(cloud.clock);
  const book = new AlarmBook(cloud, store);
  const dashboards = new Dashboards(cloud);
  keepMetrics(cloud, store);
  keepAlarms(cloud, book);
  keepDashboards(cloud, dashboards);
  cloud.metrics = store.sink;

  return {
    name: 'monitoring',
    wire: { protocol: 'json', targetPrefix: 'GraniteServiceVersion20100801', version: '1.0' },
    operations: {
      PutMetricData: input => putMetricData(store, input),
      GetMetricData: input => getMetricData(store, input),
      GetMetricStatistics: input => getMetricStatistics(store, input),
      ListMetrics: input => listMetrics(store, input),
      PutMetricAlarm: input => putMetricAlarm(cloud, book, input),
      PutCompositeAlarm: input => putCompositeAlarm(cloud, book, input),
      DescribeAlarms: input => describeAlarms(book, input),
      DescribeAlarmHistory: input => describeAlarmHistory(book, input),
      SetAlarmState: input => setAlarmState(book, input),
      DeleteAlarms: input => deleteAlarms(book, input),
      PutDashboard: input => dashboards.put(input),
      GetDashboard: input => dashboards.get(input),
      ListDashboards: input => dashboards.list(input),
      DeleteDashboards: input => dashboards.delete(input),
    },
    permissions: (operation, input) => permissions(cloud, operation, input),
  };
}

function keepDashboards({ journal }: Cloud, dashboards: Dashboards): void {
  dashboards.changed = journal.keep<Dashboard>({
    name: 'monitoring/dashboards',
    keys: () => dashboards.names,
    read: name => dashboards.find(name),
    restore: (name, dashboard) => dashboards.restore(name, dashboard),
  });
}

function deleteAlarms(book: AlarmBook, input: JsonObject): void {
  const names = texts(input.AlarmNames);
  const unknown = names.filter(name => !book.find(name));
  if (unknown.length > 0) {
    throw new AwsError('ResourceNotFound', `Alarms not found: ${unknown.join(', ')}`, { status: 404 });
  }
  for (const name of names) book.delete(name);
}

/** Metrics have no ARNs: their actions are granted on every resource. */
function permissions(cloud: Cloud, operation: string, input: JsonObject): Permission[] {
  const action = `cloudwatch:${operation}`;
  const alarms = [...texts(input.AlarmNames), ...texts([input.AlarmName])];
  if (!operation.includes('Alarm') || alarms.length === 0) return [{ action, resources: ['*'] }];
  return [{ action, resources: alarms.map(name => cloud.arn('cloudwatch', `alarm:${name}`)) }];
}
