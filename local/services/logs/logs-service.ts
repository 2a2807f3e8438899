/** CloudWatch Logs, with embedded metrics. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission, Service } from '../../cloud/service.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { filterLogEvents, getLogEvents, putLogEvents } from './events.ts';
import {
  createLogGroup,
  createLogStream,
  deleteLogGroup,
  deleteLogStream,
  deleteRetentionPolicy,
  describeLogGroups,
  describeLogStreams,
  putRetentionPolicy,
} from './groups.ts';
import { optionalText } from './input.ts';
import { LogStore } from './log-store.ts';
import { keepLogs } from './logs-journal.ts';
import { ResourcePolicies } from './resource-policies.ts';

/** Becomes the place where every function's log lines go. */
export function logsService(cloud: Cloud): Service {
  const store = new LogStore(cloud);
  const policies = new ResourcePolicies(cloud);
  keepLogs(cloud, store, policies);
  const publish = (message: string) => {
    for (const datum of embeddedMetrics(message)) cloud.metrics(datum);
  };
  cloud.logs = ({ logGroup, logStream, message }) => {
    store.write(logGroup, logStream, message);
    publish(message);
  };

  return {
    name: 'logs',
    wire: { protocol: 'json', targetPrefix: 'Logs_20140328', version: '1.1' },
    operations: {
      CreateLogGroup: input => createLogGroup(store, input),
      DeleteLogGroup: input => deleteLogGroup(store, input),
      DescribeLogGroups: input => describeLogGroups(store, input),
      CreateLogStream: input => createLogStream(store, input),
      DeleteLogStream: input => deleteLogStream(store, input),
      DescribeLogStreams: input => describeLogStreams(store, input),
      PutLogEvents: input => putLogEvents(store, input, publish),
      GetLogEvents: input => getLogEvents(store, input),
      FilterLogEvents: input => filterLogEvents(store, input),
      PutRetentionPolicy: input => putRetentionPolicy(store, input),
      DeleteRetentionPolicy: input => deleteRetentionPolicy(store, input),
      PutResourcePolicy: input => policies.put(input),
      DeleteResourcePolicy: input => policies.delete(input),
      DescribeResourcePolicies: () => policies.describe(),
    },
    permissions: (operation, input) => [{ action: `logs:${operation}`, resources: resources(cloud, input) }],
    resourcePolicy: () => policies.document(),
  };
}

function resources(cloud: Cloud, input: JsonObject): Permission['resources'] {
  const given = optionalText(input, 'logGroupName') ?? optionalText(input, 'logGroupIdentifier');
  if (given === undefined) return ['*'];
  const group = given.startsWith('arn:') ? given.replace(/:\*$/, '') : cloud.arn('logs', `log-group:${given}`);
  const stream = optionalText(input, 'logStreamName');
  return [stream === undefined ? `${group}:*` : `${group}:log-stream:${stream}`];
}
