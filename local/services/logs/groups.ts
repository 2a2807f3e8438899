/** The operations on log groups and streams themselves. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import {
  invalidParameter,
  optionalNumber,
  optionalText,
  readGroup,
  readGroupName,
  readStream,
  readStreamName,
} from './input.ts';
import type { LogGroup, LogStore } from './log-store.ts';

const PAGE_SIZE = 50;
/** The retentions that CloudWatch Logs knows, days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function createLogGroup(store: LogStore, input: JsonObject): void {
  const name = readGroupName(input);
  if (store.group(name)) throw alreadyExists('log group');
  store.addGroup(name);
}

export function deleteLogGroup(store: LogStore, input: JsonObject): void {
  store.deleteGroup(readGroup(store, input));
}

export function createLogStream(store: LogStore, input: JsonObject): void {
  const group = readGroup(store, input);
  const name = readStreamName(input);
  if (group.streams.has(name)) throw alreadyExists('log stream');
  store.addStream(group, name);
}

export function deleteLogStream(store: LogStore, input: JsonObject): void {
  const group = readGroup(store, input);
  store.deleteStream(group, readStream(group, input));
}

export function putRetentionPolicy(store: LogStore, input: JsonObject): void {
  const group = readGroup(store, input);
  const days = optionalNumber(input, 'retentionInDays');
  if (days === undefined || !RETENTIONS.includes(days)) {
    throw invalidParameter(`The retention of ${String(days)} days is not one of ${RETENTIONS.join(', ')}`);
  }
  store.setRetention(group, days);
}

export function deleteRetentionPolicy(store: LogStore, input: JsonObject): void {
  store.setRetention(readGroup(store, input), undefined);
}

export function describeLogGroups(store: LogStore, input: JsonObject): JsonObject {
  const prefix = optionalText(input, 'logGroupNamePrefix') ?? '';
  const part = optionalText(input, 'logGroupNamePattern')?.toLowerCase() ?? '';
  const found = store.groups.filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(part));
  const { page, nextToken } = pageOf(found, input);
  return { logGroups: page.map(group => writeGroup(store, group)), ...nextToken };
}

export function describeLogStreams(store: LogStore, input: JsonObject): JsonObject {
  const group = readGroup(store, input);
  const prefix = optionalText(input, 'logStreamNamePrefix') ?? '';
  const byTime = input.orderBy === 'LastEventTime';
  const found = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix));
  found.sort((a, b) => (byTime ? (a.last?.atMs ?? 0) - (b.last?.atMs ?? 0) : a.name < b.name ? -1 : 1));
  if (input.descending === true) found.reverse();
  const { page, nextToken } = pageOf(found, input);
  return {
    logStreams: page.map(stream => {
      const events = store.retained(group, stream);
      return {
        logStreamName: stream.name,
        arn: `${group.arn}:log-stream:${stream.name}`,
        creationTime: stream.createdMs,
        firstEventTimestamp: events[0]?.atMs,
        lastEventTimestamp: events.at(-1)?.atMs,
        lastIngestionTime: events.at(-1)?.ingestedMs,
        storedBytes: 0,
      };
    }),
    ...nextToken,
  };
}

function writeGroup(store: LogStore, group: LogGroup): JsonObject {
  const events = [...group.streams.values()].flatMap(stream => store.retained(group, stream));
  return {
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.createdMs,
    retentionInDays: group.retentionDays,
    metricFilterCount: 0,
    storedBytes: events.reduce((sum, event) => sum + event.message.length, 0),
    logGroupClass: 'STANDARD',
  };
}

function pageOf<Item>(items: readonly Item[], input: JsonObject): { page: Item[]; nextToken: JsonObject } {
  const start = Number(optionalText(input, 'nextToken') ?? 0);
  const end = start + Math.min(optionalNumber(input, 'limit') ?? PAGE_SIZE, PAGE_SIZE);
  return { page: items.slice(start, end), nextToken: end < items.length ? { nextToken: String(end) } : {} };
}

function alreadyExists(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
}
