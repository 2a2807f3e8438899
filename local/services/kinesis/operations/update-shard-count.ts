import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredInteger, requiredOneOf } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { scaleUniformly } from '../resharding.ts';

export function updateShardCount(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  const target = requiredInteger(input, 'TargetShardCount', { min: 1 });
  requiredOneOf(input, 'ScalingType', ['UNIFORM_SCALING']);
  const current = stream.open.length;
  if (stream.mode === 'ON_DEMAND') {
    throw new AwsError(
      'ValidationException',
      `Request is invalid. Stream ${stream.name} under account ${engine.cloud.accountId} is in On-Demand mode.`,
    );
  }
  refuseTooFar(current, target);
  scaleUniformly(stream, target, engine.cloud.clock.now());
  engine.cloud.signals.notify(stream.arn);
  return {
    StreamName: stream.name,
    CurrentShardCount: current,
    TargetShardCount: target,
    StreamARN: stream.arn,
  };
}

/** At most to the double, at least to the half (API reference, UpdateShardCount). */
function refuseTooFar(current: number, target: number): void {
  const counts = `Current open shard count: ${current} Target shard count: ${target}`;
  if (target > current * 2) {
    const rule = 'UpdateShardCount cannot scale up over double your current open shard count.';
    throw new AwsError('InvalidArgumentException', `${rule} ${counts}`);
  }
  if (target * 2 < current) {
    const rule = 'UpdateShardCount cannot scale down below half your current open shard count.';
    throw new AwsError('InvalidArgumentException', `${rule} ${counts}`);
  }
}
