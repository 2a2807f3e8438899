import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredText } from '../constraints.ts';
import { hashKeyToDecimal } from '../hash-key.ts';
import { findShard, findStream, inStream, type KinesisEngine } from '../kinesis-engine.ts';
import { parseHashKey } from '../record-entry.ts';
import { splitShard as split } from '../resharding.ts';
import type { Shard } from '../shard.ts';
import type { Stream } from '../stream.ts';

export function splitShard(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  const shard = findShard(engine, stream, requiredText(input, 'ShardToSplit', { min: 1, max: 128 }));
  const newStart = parseHashKey(requiredText(input, 'NewStartingHashKey', { pattern: /^(0|[1-9]\d{0,38})$/ }));
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
  split(stream, shard, { newStart, nowMs: engine.cloud.clock.now() });
  engine.cloud.signals.notify(stream.arn);
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
