/**
 * What of CloudWatch Logs outlives the process: groups, streams, resource policies, and events one by one. Events that
 * a ring has dropped, or that went with their stream, are not written off: nobody has them when they come back.
 */
import type { Cloud } from '../../cloud/cloud.ts';
import type { LogStore } from './log-store.ts';
import type { LogEvent } from './log-stream.ts';
import type { ResourcePolicies, ResourcePolicy } from './resource-policies.ts';

interface StoredGroup {
  readonly createdMs: number;
  readonly retentionDays?: number | undefined;
}

interface StoredStream {
  readonly group: string;
  readonly name: string;
  readonly createdMs: number;
}

type StoredEvent = readonly [atMs: number, message: string, ingestedMs: number];

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepLogs(cloud: Cloud, store: LogStore, policies: ResourcePolicies): void {
  const { journal } = cloud;
  policies.changed = journal.keep<ResourcePolicy>({
    name: 'logs/policies',
    keys: () => policies.names,
    read: name => policies.find(name),
    restore: (name, policy) => policies.restore(name, policy),
  });
  if (!journal.durable) return;
  const group = journal.keep<StoredGroup>({
    name: 'logs/groups',
    keys: () => store.groups.map(({ name }) => name),
    read: name => {
      const found = store.group(name);
      return found && { createdMs: found.createdMs, retentionDays: found.retentionDays };
    },
    restore: (name, { createdMs, retentionDays }) => {
      store.restoreGroup(name, { createdMs, retentionDays });
    },
  });
  const stream = keepStreams(cloud, store);
  const lastStream = keepLastStream(cloud, store);
  const event = keepEvents(cloud, store);
  store.changes = {
    group,
    stream: id => {
      stream(String(id));
      lastStream('number');
    },
    event: (streamId, order) => event(`${streamId}/${order}`),
  };
}

function keepStreams({ journal }: Cloud, store: LogStore) {
  return journal.keep<StoredStream>({
    name: 'logs/streams',
    keys: () => [...store.streams].map(({ stream }) => String(stream.id)),
    read: id => {
      const found = store.streamOf(Number(id));
      return found && { group: found.group.name, name: found.stream.name, createdMs: found.stream.createdMs };
    },
    restore: (id, { group: groupName, name, createdMs }) => {
      const group = store.group(groupName);
      if (group) store.restoreStream(group, { name, createdMs, id: Number(id) });
    },
  });
}

/** A new stream must not get the number of one that is gone, whose events may still be there. */
function keepLastStream({ journal }: Cloud, store: LogStore) {
  return journal.keep<number>({
    name: 'logs/last-stream',
    keys: () => ['number'],
    read: () => store.lastStream,
    restore: (_, number) => store.startAfter({ stream: number }),
  });
}

function keepEvents({ journal }: Cloud, store: LogStore) {
  const back = new Map<number, LogEvent[]>();
  const touch = journal.keep<StoredEvent>({
    name: 'logs/events',
    *keys() {
      for (const { group, stream } of store.streams)
        for (const { order } of store.retained(group, stream)) yield `${stream.id}/${order}`;
    },
    read: key => {
      const [streamId, order] = split(key);
      const found = store.streamOf(streamId)?.stream.find(order);
      return found && [found.atMs, found.message, found.ingestedMs];
    },
    restore: (key, [atMs, message, ingestedMs]) => {
      const [streamId, order] = split(key);
      const events = back.get(streamId) ?? [];
      back.set(streamId, events);
      events.push({ atMs, message, ingestedMs, order });
      store.startAfter({ order });
    },
  });
  for (const [streamId, events] of back) store.streamOf(streamId)?.stream.restore(events);
  back.clear();
  return touch;
}

function split(key: string): [streamId: number, order: number] {
  const slash = key.indexOf('/');
  return [Number(key.slice(0, slash)), Number(key.slice(slash + 1))];
}
