import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { readInteger, readText, required } from '../request.ts';
import { findStream } from './stream-lookup.ts';
import type { StreamShard } from './stream-shard.ts';

const LARGEST_PAGE = 100;

/** DescribeStream: a stream and a page of its shards. */
export function describeStream(database: Database, input: JsonObject): JsonObject {
  const stream = findStream(database, required(readText(input, 'StreamArn'), 'StreamArn'));
  const limit = Math.min(readInteger(input, 'Limit', 1) ?? LARGEST_PAGE, LARGEST_PAGE);
  const after = readText(input, 'ExclusiveStartShardId') ?? '';
  const shards = stream.shards.filter(shard => shard.id > after);
  const page = shards.slice(0, limit);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: stream.closedAtMs === undefined ? 'ENABLED' : 'DISABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.createdAtMs / 1000,
      TableName: stream.tableName,
      KeySchema: stream.keySchema,
      Shards: page.map(describedShard),
      ...(shards.length > limit ? { LastEvaluatedShardId: page.at(-1)?.id } : {}),
    },
  };
}

function describedShard(shard: StreamShard): JsonObject {
  return {
    ShardId: shard.id,
    ...(shard.parentId ? { ParentShardId: shard.parentId } : {}),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequenceNumber,
      ...(shard.endingSequenceNumber ? { EndingSequenceNumber: shard.endingSequenceNumber } : {}),
    },
  };
}
