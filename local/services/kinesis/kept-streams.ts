/**
 * What of Kinesis outlives the process: a record per stream, per shard and per stream record, so that a put writes what it
 * brought and nothing else.
 *
 * 1. Records that are trimmed or go with their stream are not said to be gone one by one: those of an unknown stream or
 *    shard, and those below a shard's first ordinal, are passed over when they come back.
 * 2. A shard never gives an ordinal twice: it comes back with the next one to give, even when all its records have gone.
 * 3. Windows of throughput and subscriptions end with the process.
 */
import type { Journal } from '../../cloud/journal.ts';
import { decodedBytes } from './record-entry.ts';
import { appendRecord, nextOrdinal, recordAt, type Shard, type StoredRecord, skipTo } from './shard.ts';
import type { Stream, StreamConsumer } from './stream.ts';

/** To be told of every change, in the turn of the event loop in which it happens. */
export interface KeptStreams {
  /** The stream itself was made, changed or deleted. */
  stream(stream: Stream): void;
  /** Shards were opened, closed, or trimmed other than by the passing of time. */
  shards(stream: Stream, shards: Iterable<Shard>): void;
  record(stream: Stream, shard: Shard, ordinal: number): void;
}

type KeptStream = Omit<Stream, 'tags' | 'consumers' | 'policies' | 'shards' | 'open' | 'encryptionKeyId'> & {
  readonly encryptionKeyId?: string | undefined;
  readonly tags: readonly (readonly [string, string])[];
  readonly consumers: readonly StreamConsumer[];
  readonly policies: readonly (readonly [string, string])[];
};

type KeptShard = Omit<Shard, 'records' | 'head' | 'lastArrivalMs'> & { readonly nextOrdinal: number };

/** Partition key, data, time of arrival. */
type KeptRecord = readonly [string, string, number];

const NOTHING_KEPT: KeptStreams = { stream: () => {}, shards: () => {}, record: () => {} };

/** Brings back into `streams` what an earlier process left. */
export function keepStreams(journal: Journal, streams: Map<string, Stream>): KeptStreams {
  if (!journal.durable) return NOTHING_KEPT;
  const touchStream = keepDefinitions(journal, streams);
  const nextOrdinals = new Map<Shard, number>();
  const touchShard = keepShards(journal, streams, nextOrdinals);
  const touchRecord = keepRecords(journal, streams);
  for (const [shard, next] of nextOrdinals) if (nextOrdinal(shard) < next) skipTo(shard, next);
  return {
    stream: ({ name }) => touchStream(name),
    shards: (stream, shards) => {
      for (const { shardId } of shards) touchShard(shardKey(stream, shardId));
    },
    record: (stream, { shardId }, ordinal) => touchRecord(`${shardKey(stream, shardId)}/${ordinal}`),
  };
}

function keepDefinitions(journal: Journal, streams: Map<string, Stream>) {
  return journal.keep<KeptStream>({
    name: 'kinesis/streams',
    keys: () => streams.keys(),
    read: name => {
      const stream = streams.get(name);
      if (!stream) return undefined;
      const { shards: _shards, open: _open, tags, consumers, policies, ...definition } = stream;
      return { ...definition, tags: [...tags], consumers: [...consumers.values()], policies: [...policies] };
    },
    restore: (name, { tags, consumers, policies, encryptionKeyId, ...definition }) => {
      streams.set(name, {
        ...definition,
        encryptionKeyId,
        tags: new Map(tags),
        policies: new Map(policies),
        consumers: new Map(consumers.map(consumer => [consumer.name, consumer])),
        shards: new Map(),
        open: [],
      });
    },
  });
}

function keepShards(journal: Journal, streams: ReadonlyMap<string, Stream>, nextOrdinals: Map<Shard, number>) {
  return journal.keep<KeptShard>({
    name: 'kinesis/shards',
    *keys() {
      for (const stream of streams.values())
        for (const shardId of stream.shards.keys()) yield shardKey(stream, shardId);
    },
    read: key => {
      const { shard } = locate(streams, key);
      if (!shard) return undefined;
      const { records: _records, head: _head, lastArrivalMs: _lastArrivalMs, ...definition } = shard;
      return { ...definition, nextOrdinal: nextOrdinal(shard) };
    },
    restore: (key, { nextOrdinal: next, ...definition }) => {
      const { stream } = locate(streams, key);
      if (!stream) return;
      const { parentShardId, adjacentParentShardId, closedMs } = definition; // absent on disk when undefined
      const empty = { records: [], head: 0, lastArrivalMs: 0 };
      const shard: Shard = { ...definition, parentShardId, adjacentParentShardId, closedMs, ...empty };
      nextOrdinals.set(shard, next);
      stream.shards.set(shard.shardId, shard);
      if (closedMs !== undefined) return;
      stream.open.push(shard);
      stream.open.sort((a, b) => (a.startingHash < b.startingHash ? -1 : 1));
    },
  });
}

function keepRecords(journal: Journal, streams: ReadonlyMap<string, Stream>) {
  return journal.keep<KeptRecord>({
    name: 'kinesis/records',
    *keys() {
      for (const stream of streams.values()) {
        for (const shard of stream.shards.values()) {
          const prefix = shardKey(stream, shard.shardId);
          for (let ordinal = shard.firstOrdinal; ordinal < nextOrdinal(shard); ordinal++) yield `${prefix}/${ordinal}`;
        }
      }
    },
    read: key => {
      const { shard, ordinal } = locate(streams, key);
      const record = shard && recordAt(shard, ordinal);
      return record && [record.partitionKey, record.data, record.arrivalMs];
    },
    restore: (key, record) => {
      const { shard, ordinal } = locate(streams, key);
      if (shard && ordinal >= shard.firstOrdinal) restoreRecord(shard, ordinal, record);
    },
  });
}

/** A gap in the ordinals is what was trimmed while a snapshot was taken: what stands before it had gone as well. */
function restoreRecord(shard: Shard, ordinal: number, [partitionKey, data, arrivalMs]: KeptRecord): void {
  if (ordinal !== nextOrdinal(shard)) skipTo(shard, ordinal);
  const record: StoredRecord = { partitionKey, data, arrivalMs, dataBytes: decodedBytes(data) };
  appendRecord(shard, record);
}

function shardKey(stream: Stream, shardId: string): string {
  return `${stream.name}/${stream.number}/${shardId}`;
}

interface Located {
  readonly stream?: Stream | undefined;
  readonly shard?: Shard | undefined;
  readonly ordinal: number;
}

/** Of a key `<stream>/<its number>/<shard>` or `<stream>/<its number>/<shard>/<ordinal>`. */
function locate(streams: ReadonlyMap<string, Stream>, key: string): Located {
  const [name = '', number, shardId = '', ordinal] = key.split('/');
  const stream = streams.get(name);
  if (stream?.number !== Number(number)) return { ordinal: 0 };
  return { stream, shard: stream.shards.get(shardId), ordinal: Number(ordinal) };
}
