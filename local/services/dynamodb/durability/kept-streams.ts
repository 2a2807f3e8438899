/** Streams with their shards, and each stream record for itself. */
import type { Journal, Touch } from '../../../cloud/journal.ts';
import type { Stream } from '../streams/stream.ts';
import { nextOrdinal, type StreamRecord, type StreamShard } from '../streams/stream-shard.ts';
import type { Item } from '../values/attribute-value.ts';
import type { StateChanges } from './state-changes.ts';

type StoredShard = Omit<StreamShard, 'records' | 'parentId' | 'endingSequenceNumber' | 'endedAtMs'> & {
  readonly parentId?: string | undefined;
  readonly endingSequenceNumber?: string | undefined;
  readonly endedAtMs?: number | undefined;
};

/** `nextSequence` is behind when records came since; they bring it forward again. */
export type StoredStream = Omit<Stream, 'nextSequence' | 'shards' | 'closedAtMs'> & {
  readonly nextSequence: string;
  readonly closedAtMs?: number | undefined;
  readonly shards: readonly StoredShard[];
};

interface StoredRecord {
  readonly event: StreamRecord['eventName'];
  readonly sequence: string;
  readonly atMs: number;
  readonly keys: Item;
  readonly old?: Item | undefined;
  readonly new?: Item | undefined;
  readonly sizeBytes: number;
  readonly expired?: true | undefined;
}

export function keepStreams(journal: Journal, streams: Map<string, Stream>): Touch {
  return journal.keep<StoredStream>({
    name: 'dynamodb/streams',
    keys: () => streams.keys(),
    read: arn => {
      const stream = streams.get(arn);
      return stream && storedStream(stream);
    },
    restore: (arn, stored) => {
      streams.set(arn, restoredStream(stored));
    },
  });
}

export function storedStream(stream: Stream): StoredStream {
  return {
    ...stream,
    nextSequence: String(stream.nextSequence),
    shards: stream.shards.map(({ records: _records, ...shard }) => shard),
  };
}

export function restoredStream(stored: StoredStream): Stream {
  return {
    ...stored,
    nextSequence: BigInt(stored.nextSequence),
    closedAtMs: stored.closedAtMs,
    shards: stored.shards.map(({ parentId, endingSequenceNumber, endedAtMs, ...shard }) => ({
      ...shard,
      parentId,
      endingSequenceNumber,
      endedAtMs,
      records: [],
    })),
  };
}

export function keepStreamRecords(journal: Journal, streams: Map<string, Stream>): StateChanges['streamRecord'] {
  const touch = journal.keep<StoredRecord>({
    name: 'dynamodb/stream-records',
    *keys() {
      for (const { arn, shards } of streams.values()) {
        for (const shard of shards) {
          for (let ordinal = shard.trimmed; ordinal < nextOrdinal(shard); ordinal++)
            yield keyOf(arn, shard.id, ordinal);
        }
      }
    },
    read: key => {
      const { shard, ordinal } = locateRecord(streams, key);
      const record = shard?.records[ordinal - shard.trimmed];
      return record && storedRecord(record);
    },
    restore: (key, stored) => {
      const { stream, shard, ordinal } = locateRecord(streams, key);
      if (!stream || !shard || ordinal < shard.trimmed) return;
      if (ordinal !== nextOrdinal(shard)) {
        throw new Error(`Cannot recover ${key}: record ${nextOrdinal(shard)} should come first`);
      }
      shard.records.push(restoredRecord(stored));
      const next = BigInt(stored.sequence) + 1n;
      if (next > stream.nextSequence) stream.nextSequence = next;
    },
  });
  return (stream, shard, ordinal) => touch(keyOf(stream.arn, shard.id, ordinal));
}

function storedRecord(record: StreamRecord): StoredRecord {
  return {
    event: record.eventName,
    sequence: record.sequenceNumber,
    atMs: record.createdAtMs,
    keys: record.keys,
    old: record.oldImage,
    new: record.newImage,
    sizeBytes: record.sizeBytes,
    expired: record.expired || undefined,
  };
}

function restoredRecord(stored: StoredRecord): StreamRecord {
  return {
    eventName: stored.event,
    sequenceNumber: stored.sequence,
    createdAtMs: stored.atMs,
    keys: stored.keys,
    oldImage: stored.old,
    newImage: stored.new,
    sizeBytes: stored.sizeBytes,
    expired: stored.expired ?? false,
  };
}

function keyOf(arn: string, shardId: string, ordinal: number): string {
  return `${arn}|${shardId}|${ordinal}`;
}

function locateRecord(streams: ReadonlyMap<string, Stream>, key: string) {
  const [arn = '', shardId, ordinal] = key.split('|');
  const stream = streams.get(arn);
  return { stream, shard: stream?.shards.find(({ id }) => id === shardId), ordinal: Number(ordinal) };
}
