import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, optionalText, optionalTimeMs, SHARD_ID } from '../constraints.ts';
import { findStream, findStreamByName, type KinesisEngine, streamNameOf, streamNotFound } from '../kinesis-engine.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import { parseShardFilter, passes, type ShardFilter } from '../shard-filter.ts';
import { expire, type Stream } from '../stream.ts';
import { describeShard } from '../stream-description.ts';

/** In one answer, whatever the request's limit (API reference, ListShards). */
const MAX_SHARDS = 1000;

export function listShards(engine: KinesisEngine, input: JsonObject) {
  const issuedMs = engine.cloud.clock.now();
  const limit = Math.min(optionalInteger(input, 'MaxResults', { min: 1, max: 10_000 }) ?? MAX_SHARDS, MAX_SHARDS);
  const { stream, after, filter } = whereToStart(engine, input);
  expire(stream, issuedMs);
  const rest = [...stream.shards.values()].filter(
    shard => (after === undefined || shard.shardId > after) && (!filter || passes(filter, stream, shard)),
  );
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    Shards: page.map(describeShard),
    ...(rest.length > limit && last
      ? { NextToken: encodePageToken({ streamName: stream.name, last: last.shardId, issuedMs, filter }) }
      : {}),
  };
}

interface ListingStart {
  readonly stream: Stream;
  readonly after: string | undefined;
  readonly filter: ShardFilter | undefined;
}

/** A token goes on with what the first page was asked for, and with nothing else. */
function whereToStart(engine: KinesisEngine, input: JsonObject): ListingStart {
  const token = optionalText(input, 'NextToken', { min: 1, max: 1_048_576 });
  const after = optionalText(input, 'ExclusiveStartShardId', SHARD_ID);
  const createdMs = optionalTimeMs(input, 'StreamCreationTimestamp');
  const filter = parseShardFilter(input);
  if (token === undefined) return { stream: createdAt(engine, input, createdMs), after, filter };
  const excluded = {
    StreamName: streamNameOf(input),
    StreamCreationTimestamp: createdMs,
    ExclusiveStartShardId: after,
  };
  for (const [member, value] of Object.entries(excluded)) {
    if (value !== undefined)
      throw new AwsError('InvalidArgumentException', `NextToken and ${member} cannot be provided together.`);
  }
  const { streamName, last, filter: ofFirstPage } = decodePageToken(token, engine.cloud.clock.now());
  return { stream: findStreamByName(engine, streamName), after: last, filter: ofFirstPage };
}

/** `StreamCreationTimestamp` tells streams apart that had the same name one after the other. */
function createdAt(engine: KinesisEngine, input: JsonObject, createdMs: number | undefined): Stream {
  const stream = findStream(engine, input);
  if (createdMs === undefined || Math.floor(createdMs / 1000) === Math.floor(stream.createdMs / 1000)) return stream;
  throw streamNotFound(engine, stream.name);
}
