import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { HASH_KEY, requiredText, SHARD_ID } from '../constraints.ts';
import { hashKeyToDecimal } from '../hash-key.ts';
import { announceResharding, findShard, findStream, inStream, type KinesisEngine } from '../kinesis-engine.ts';
import { parseHashKey } from '../record-entry.ts';
import { splitShard as split } from '../resharding.ts';
import type { Shard } from '../shard.ts';
import { refuseOverQuota } from '../shard-quota.ts';
import type { Stream } from '../stream.ts';

export function splitShard(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  const shard = findShard(engine, stream, requiredText(input, 'ShardToSplit', SHARD_ID));
  const newStart = parseHashKey(requiredText(input, 'NewStartingHashKey', HASH_KEY));
  refuseClosed(engine, stream, shard);
  if (newStart <= shard.startingHash || newStart > shard.endingHash) {
    throw new AwsError(
      'InvalidArgumentException',
      `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on shard ${shard.shardId} ` +
        `${inStream(engine, stream)} is not both greater than one plus the shard's StartingHashKey ` +
        `${hashKeyToDecimal(shard.startingHash)} and less than the shard's EndingHashKey ` +
        `${hashKeyToDecimal(shard.endingHash)}.`,
    );
  }
  refuseOverQuota(engine, 1);
  announceResharding(engine, stream, split(stream, shard, { newStart, nowMs: engine.cloud.clock.now() }));
}

/** @throws AwsError when the shard has been split or merged before */
export function refuseClosed(engine: KinesisEngine, stream: Stream, shard: Shard): void {
  if (shard.closedMs === undefined) return;
  throw new AwsError(
    'InvalidArgumentException',
    `Shard ${shard.shardId} ${inStream(engine, stream)} has already been merged or split, and thus is not eligible ` +
      'for merging or splitting.',
  );
}
