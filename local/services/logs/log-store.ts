/** Log groups, their streams and their newest events. Each stream is a ring: memory is bounded, the oldest lines go. */
import type { Cloud } from '../../cloud/cloud.ts';

/** Lines kept of one stream. */
const RING_SIZE = 2000;
/** Streams kept of one group; the one that was written longest ago goes first. */
const MOST_STREAMS = 200;
const DAY_MS = 86_400_000;

export interface LogEvent {
  readonly atMs: number;
  readonly ingestedMs: number;
  readonly message: string;
  /** Counts up over the whole store: the place of the event in its stream, and its id. */
  readonly order: number;
}

export class LogStream {
  readonly name: string;
  readonly createdMs: number;
  readonly #ring: LogEvent[] = [];
  /** Where the oldest event stands once the ring is full. */
  #oldest = 0;

  constructor(name: string, createdMs: number) {
    this.name = name;
    this.createdMs = createdMs;
  }

  add(event: LogEvent): void {
    if (this.#ring.length < RING_SIZE) {
      this.#ring.push(event);
      return;
    }
    this.#ring[this.#oldest] = event;
    this.#oldest = (this.#oldest + 1) % RING_SIZE;
  }

  /** In the order in which they came. */
  get events(): LogEvent[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }

  get last(): LogEvent | undefined {
    return this.#ring.at(this.#oldest - 1);
  }
}

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
  #added = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  get groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  group(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  addGroup(name: string): LogGroup {
    const group: LogGroup = {
      name,
      arn: this.#cloud.arn('logs', `log-group:${name}`),
      createdMs: this.#cloud.clock.now(),
      streams: new Map(),
      retentionDays: undefined,
    };
    this.#groups.set(name, group);
    return group;
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name);
  }

  addStream(group: LogGroup, name: string): LogStream {
    const stream = new LogStream(name, this.#cloud.clock.now());
    group.streams.set(name, stream);
    if (group.streams.size > MOST_STREAMS) group.streams.delete(quietest(group));
    return stream;
  }

  /** Makes group and stream if they are not there: what a function writes is never lost for want of a group. */
  write(groupName: string, streamName: string, message: string): void {
    const group = this.#groups.get(groupName) ?? this.addGroup(groupName);
    const stream = group.streams.get(streamName) ?? this.addStream(group, streamName);
    this.append(stream, message, this.#cloud.clock.now());
  }

  append(stream: LogStream, message: string, atMs: number): void {
    stream.add({ atMs, ingestedMs: this.#cloud.clock.now(), message, order: this.#added++ });
  }

  /** The events of a stream that its group's retention has not outlived. */
  retained(group: LogGroup, stream: LogStream): LogEvent[] {
    if (group.retentionDays === undefined) return stream.events;
    const oldestMs = this.#cloud.clock.now() - group.retentionDays * DAY_MS;
    return stream.events.filter(event => event.atMs >= oldestMs);
  }
}

function quietest(group: LogGroup): string {
  let name = '';
  let quietSinceMs = Number.POSITIVE_INFINITY;
  for (const stream of group.streams.values()) {
    const lastMs = stream.last?.ingestedMs ?? stream.createdMs;
    if (lastMs < quietSinceMs) {
      quietSinceMs = lastMs;
      name = stream.name;
    }
  }
  return name;
}
