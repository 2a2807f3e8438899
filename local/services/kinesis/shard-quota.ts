import { AwsError } from '../../cloud/aws-error.ts';
import type { KinesisEngine } from './kinesis-engine.ts';

/** The shards that an account may have in the large regions, over all provisioned streams. */
export const SHARD_LIMIT = 20_000;

export function openShardCount(engine: KinesisEngine): number {
  let count = 0;
  for (const stream of engine.streams.values()) count += stream.open.length;
  return count;
}

/** @throws AwsError LimitExceededException when the account would have more shards than it may */
export function refuseOverQuota(engine: KinesisEngine, additional: number): void {
  const current = openShardCount(engine);
  if (current + additional <= SHARD_LIMIT) return;
  const { accountId, region } = engine.cloud;
  throw new AwsError(
    'LimitExceededException',
    `This request would exceed the shard limit for the account ${accountId} in ${region}. ` +
      `Current shard count for the account: ${current}. Limit: ${SHARD_LIMIT}. ` +
      `Number of additional shards that would have resulted from this request: ${additional}.`,
  );
}
