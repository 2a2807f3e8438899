import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredInteger, requiredOneOf } from '../constraints.ts';
import { announceResharding, findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { scaleUniformly } from '../resharding.ts';
import { refuseOverQuota } from '../shard-quota.ts';
import type { Stream } from '../stream.ts';

/** How often one stream may be scaled in a rolling day, and to how many shards (API reference, UpdateShardCount). */
const MAX_SCALINGS = 10;
const DAY_MS = 86_400_000;
const MAX_SHARDS = 10_000;

export function updateShardCount(engine: KinesisEngine, input: JsonObject) {
  const target = requiredInteger(input, 'TargetShardCount', { min: 1 });
  requiredOneOf(input, 'ScalingType', ['UNIFORM_SCALING']);
  const stream = findStream(engine, input);
  const current = stream.open.length;
  const nowMs = engine.cloud.clock.now();
  if (stream.mode === 'ON_DEMAND') {
    throw new AwsError(
      'ValidationException',
      `Request is invalid. Stream ${stream.name} under account ${engine.cloud.accountId} is in On-Demand mode.`,
    );
  }
  refuseTooFar(current, target);
  refuseOverQuota(engine, target - current);
  stream.scaledMs = scalingsOfTheDay(engine, stream, nowMs);
  announceResharding(engine, stream, scaleUniformly(stream, target, nowMs));
  return {
    StreamName: stream.name,
    CurrentShardCount: current,
    TargetShardCount: target,
    StreamARN: stream.arn,
  };
}

/** @returns when the stream was scaled in the last day, with now. @throws AwsError LimitExceededException after ten times */
function scalingsOfTheDay(engine: KinesisEngine, stream: Stream, nowMs: number): readonly number[] {
  const recent = stream.scaledMs.filter(atMs => atMs > nowMs - DAY_MS);
  if (recent.length < MAX_SCALINGS) return [...recent, nowMs];
  throw new AwsError(
    'LimitExceededException',
    `UpdateShardCount limit of ${MAX_SCALINGS} within 24 hours exceeded for stream ${stream.name} under account ` +
      `${engine.cloud.accountId}.`,
  );
}

/** At most to the double, at least to the half, and to no more than 10,000 (API reference, UpdateShardCount). */
function refuseTooFar(current: number, target: number): void {
  const counts = `Current open shard count: ${current} Target shard count: ${target}`;
  const rule =
    target > current * 2
      ? 'UpdateShardCount cannot scale up over double your current open shard count.'
      : target * 2 < current
        ? 'UpdateShardCount cannot scale down below half your current open shard count.'
        : target > MAX_SHARDS && target > current
          ? `UpdateShardCount cannot scale up over ${MAX_SHARDS} shards.`
          : undefined;
  if (rule) throw new AwsError('InvalidArgumentException', `${rule} ${counts}`);
}
