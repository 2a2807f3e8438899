/** Log groups, their streams and their newest events. */
import type { Cloud } from '../../cloud/cloud.ts';
import { type LogEvent, LogStream } from './log-stream.ts';
import { type LogsChanges, unkept } from './logs-changes.ts';

/** Streams kept of one group; the one that was written longest ago goes first. */
const MOST_STREAMS = 200;
const DAY_MS = 86_400_000;

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly streams: Map<string, LogStream>;
  retentionDays: number | undefined;
}

export class LogStore {
  readonly #cloud: Cloud;
  readonly #groups = new Map<string, LogGroup>();
  readonly #streams = new Map<number, { readonly group: LogGroup; readonly stream: LogStream }>();
  #lastStream = 0;
  #added = 0;
  /** Told of every change of a record. */
  changes: LogsChanges = unkept;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  get groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  group(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  get streams(): Iterable<{ readonly group: LogGroup; readonly stream: LogStream }> {
    return this.#streams.values();
  }

  streamOf(id: number): { readonly group: LogGroup; readonly stream: LogStream } | undefined {
    return this.#streams.get(id);
  }

  addGroup(name: string): LogGroup {
    const group = this.restoreGroup(name, { createdMs: this.#cloud.clock.now(), retentionDays: undefined });
    this.changes.group(name);
    return group;
  }

  /** Takes back a group of an earlier process. */
  restoreGroup(name: string, settings: Pick<LogGroup, 'createdMs' | 'retentionDays'>): LogGroup {
    const arn = this.#cloud.arn('logs', `log-group:${name}`);
    const group: LogGroup = { name, arn, streams: new Map(), ...settings };
    this.#groups.set(name, group);
    return group;
  }

  setRetention(group: LogGroup, days: number | undefined): void {
    group.retentionDays = days;
    this.changes.group(group.name);
  }

  deleteGroup(group: LogGroup): void {
    this.#groups.delete(group.name);
    this.changes.group(group.name);
    for (const stream of group.streams.values()) this.deleteStream(group, stream);
  }

  addStream(group: LogGroup, name: string): LogStream {
    const id = this.#lastStream + 1;
    const stream = this.restoreStream(group, { name, id, createdMs: this.#cloud.clock.now() });
    this.changes.stream(id);
    const surplus = group.streams.size > MOST_STREAMS ? quietest(group) : undefined;
    if (surplus) this.deleteStream(group, surplus);
    return stream;
  }

  /** Takes back a stream of an earlier process. */
  restoreStream(group: LogGroup, creation: Pick<LogStream, 'name' | 'id' | 'createdMs'>): LogStream {
    const stream = new LogStream(creation);
    group.streams.set(stream.name, stream);
    this.#streams.set(stream.id, { group, stream });
    this.startAfter({ stream: stream.id });
    return stream;
  }

  deleteStream(group: LogGroup, stream: LogStream): void {
    group.streams.delete(stream.name);
    this.#streams.delete(stream.id);
    this.changes.stream(stream.id);
  }

  /** Has new streams and events numbered after these. */
  startAfter({ stream = 0, order = -1 }: { stream?: number; order?: number }): void {
    this.#lastStream = Math.max(this.#lastStream, stream);
    this.#added = Math.max(this.#added, order + 1);
  }

  /** The number of the newest stream there ever was. */
  get lastStream(): number {
    return this.#lastStream;
  }

  /** Makes group and stream if they are not there: what a function writes is never lost for want of a group. */
  write(groupName: string, streamName: string, message: string): void {
    const group = this.#groups.get(groupName) ?? this.addGroup(groupName);
    const stream = group.streams.get(streamName) ?? this.addStream(group, streamName);
    this.append(stream, message, this.#cloud.clock.now());
  }

  append(stream: LogStream, message: string, atMs: number): void {
    const order = this.#added++;
    stream.add({ atMs, ingestedMs: this.#cloud.clock.now(), message, order });
    this.changes.event(stream.id, order);
  }

  /** The events of a stream that its group's retention has not outlived. */
  retained(group: LogGroup, stream: LogStream): LogEvent[] {
    if (group.retentionDays === undefined) return stream.events;
    const oldestMs = this.#cloud.clock.now() - group.retentionDays * DAY_MS;
    return stream.events.filter(event => event.atMs >= oldestMs);
  }
}

function quietest(group: LogGroup): LogStream | undefined {
  let found: LogStream | undefined;
  let quietSinceMs = Number.POSITIVE_INFINITY;
  for (const stream of group.streams.values()) {
    const lastMs = stream.last?.ingestedMs ?? stream.createdMs;
    if (lastMs < quietSinceMs) {
      quietSinceMs = lastMs;
      found = stream;
    }
  }
  return found;
}
