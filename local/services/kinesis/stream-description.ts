import { hashKeyToDecimal } from './hash-key.ts';
import { sequenceNumber } from './sequence-number.ts';
import { nextOrdinal, type Shard } from './shard.ts';
import type { Stream, StreamConsumer } from './stream.ts';

/** A shard as `ListShards` and `DescribeStream` show it. */
export function describeShard(shard: Shard) {
  return {
    ShardId: shard.shardId,
    ...(shard.parentShardId === undefined ? {} : { ParentShardId: shard.parentShardId }),
    ...(shard.adjacentParentShardId === undefined ? {} : { AdjacentParentShardId: shard.adjacentParentShardId }),
    HashKeyRange: describeHashKeyRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(shard.prefix, 0),
      ...(shard.closedMs === undefined
        ? {}
        : { EndingSequenceNumber: sequenceNumber(shard.prefix, nextOrdinal(shard)) }),
    },
  };
}

export function describeHashKeyRange(shard: Shard) {
  return {
    StartingHashKey: hashKeyToDecimal(shard.startingHash),
    EndingHashKey: hashKeyToDecimal(shard.endingHash),
  };
}

/** The children of a closed shard, as a reader is shown them at its end. */
export function childShards(stream: Stream, { shardId }: Shard) {
  return [...stream.shards.values()]
    .filter(shard => shard.parentShardId === shardId || shard.adjacentParentShardId === shardId)
    .map(child => ({
      ShardId: child.shardId,
      ParentShards: [child.parentShardId, child.adjacentParentShardId].filter(parent => parent !== undefined),
      HashKeyRange: describeHashKeyRange(child),
    }));
}

/** What every description of a stream begins with. */
export function describeStreamState(stream: Stream) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: stream.createdMs / 1000,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    ...(stream.encryptionKeyId === undefined
      ? { EncryptionType: 'NONE' }
      : { EncryptionType: 'KMS', KeyId: stream.encryptionKeyId }),
  };
}

export function describeConsumer(consumer: StreamConsumer) {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: 'ACTIVE',
    ConsumerCreationTimestamp: consumer.createdMs / 1000,
  };
}
