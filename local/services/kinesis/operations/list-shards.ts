import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import {
  optionalInteger,
  optionalStructure,
  optionalText,
  optionalTimeMs,
  requiredOneOf,
  requiredText,
} from '../constraints.ts';
import { findStream, findStreamByName, type KinesisEngine, streamNameOf } from '../kinesis-engine.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import type { Shard } from '../shard.ts';
import { expire, type Stream } from '../stream.ts';
import { describeShard } from '../stream-description.ts';

const DEFAULT_SHARDS = 1000;
const FILTER_TYPES = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
] as const;

export function listShards(engine: KinesisEngine, input: JsonObject) {
  const nowMs = engine.cloud.clock.now();
  const limit = optionalInteger(input, 'MaxResults', { min: 1, max: 10_000 }) ?? DEFAULT_SHARDS;
  const { stream, after, filter } = whereToStart(engine, input);
  expire(stream, nowMs);
  const rest = stream.shards.filter(
    shard => (after === undefined || shard.shardId > after) && (filter === undefined || filter(shard)),
  );
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    Shards: page.map(describeShard),
    ...(rest.length > limit && last
      ? { NextToken: encodePageToken({ streamName: stream.name, last: last.shardId, issuedMs: nowMs }) }
      : {}),
  };
}

interface ListingStart {
  readonly stream: Stream;
  readonly after: string | undefined;
  readonly filter: ((shard: Shard) => boolean) | undefined;
}

function whereToStart(engine: KinesisEngine, input: JsonObject): ListingStart {
  const token = optionalText(input, 'NextToken', { min: 1 });
  if (token === undefined) {
    const stream = findStream(engine, input);
    return { stream, after: optionalText(input, 'ExclusiveStartShardId'), filter: shardFilter(stream, input) };
  }
  if (streamNameOf(input) !== undefined)
    throw new AwsError('InvalidArgumentException', 'NextToken and StreamName cannot be provided together.');
  const { streamName, last } = decodePageToken(token, engine.cloud.clock.now());
  return { stream: findStreamByName(engine, streamName), after: last, filter: undefined };
}

/** What `ShardFilter` keeps (API reference, "ShardFilter"). */
function shardFilter(stream: Stream, input: JsonObject): ListingStart['filter'] {
  const filter = optionalStructure(input, 'ShardFilter');
  if (!filter) return undefined;
  const type = requiredOneOf(filter, 'Type', FILTER_TYPES);
  switch (type) {
    case 'AFTER_SHARD_ID': {
      const after = requiredText(filter, 'ShardId', { min: 1, max: 128 });
      return shard => shard.shardId > after;
    }
    case 'FROM_TRIM_HORIZON':
      return () => true;
    case 'AT_TRIM_HORIZON':
      return shard => stream.shards.every(({ shardId }) => shardId !== shard.parentShardId);
    case 'AT_LATEST':
      return shard => shard.closedMs === undefined;
    case 'AT_TIMESTAMP': {
      const atMs = filterTimeMs(filter);
      return shard => shard.openedMs <= atMs && (shard.closedMs === undefined || shard.closedMs > atMs);
    }
    case 'FROM_TIMESTAMP': {
      const fromMs = filterTimeMs(filter);
      return shard => shard.closedMs === undefined || shard.closedMs > fromMs;
    }
  }
}

function filterTimeMs(filter: JsonObject): number {
  const atMs = optionalTimeMs(filter, 'Timestamp');
  if (atMs === undefined)
    throw new AwsError('InvalidArgumentException', `Timestamp must be provided for ShardFilter type ${filter.Type}.`);
  return atMs;
}
