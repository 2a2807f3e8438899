import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { optionalMembers, optionalTimeMs, requiredOneOf, requiredText, SHARD_ID } from './constraints.ts';
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';

const TYPES = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
] as const;

/** Which shards of a stream are listed; plain JSON, since page tokens carry it on. */
export type ShardFilter =
  | { readonly type: 'AFTER_SHARD_ID'; readonly shardId: string }
  | { readonly type: 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' | 'AT_LATEST' }
  | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly atMs: number };

/** @returns the request's `ShardFilter`, undefined when it has none */
export function parseShardFilter(input: JsonObject): ShardFilter | undefined {
  const filter = optionalMembers(input, 'ShardFilter');
  if (!filter) return undefined;
  const type = requiredOneOf(filter, 'ShardFilter.Type', TYPES);
  switch (type) {
    case 'AFTER_SHARD_ID':
      return { type, shardId: requiredText(filter, 'ShardFilter.ShardId', SHARD_ID) };
    case 'AT_TIMESTAMP':
    case 'FROM_TIMESTAMP':
      return { type, atMs: filterTimeMs(filter, type) };
    default:
      return { type };
  }
}

function filterTimeMs(filter: JsonObject, type: string): number {
  const atMs = optionalTimeMs(filter, 'ShardFilter.Timestamp');
  if (atMs === undefined)
    throw new AwsError('InvalidArgumentException', `Timestamp must be provided for ShardFilter type ${type}.`);
  return atMs;
}

/** Whether `filter` lets a shard of `stream` through (API reference, ShardFilter). */
export function passes(filter: ShardFilter, stream: Stream, shard: Shard): boolean {
  switch (filter.type) {
    case 'AFTER_SHARD_ID':
      return shard.shardId > filter.shardId;
    case 'FROM_TRIM_HORIZON':
      return true;
    case 'AT_TRIM_HORIZON':
      return shard.parentShardId === undefined || !stream.shards.has(shard.parentShardId);
    case 'AT_LATEST':
      return shard.closedMs === undefined;
    case 'AT_TIMESTAMP':
      return shard.openedMs <= filter.atMs && isOpenFrom(shard, filter.atMs);
    case 'FROM_TIMESTAMP':
      return isOpenFrom(shard, filter.atMs);
  }
}

function isOpenFrom(shard: Shard, atMs: number): boolean {
  return shard.closedMs === undefined || shard.closedMs >= atMs;
}
