/** `IncreaseStreamRetentionPeriod` and `DecreaseStreamRetentionPeriod`. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredInteger } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { expire, type Stream } from '../stream.ts';

const MIN_HOURS = 24;
const MAX_HOURS = 8760;

export function increaseStreamRetentionPeriod(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  const hours = retentionHours(input);
  if (hours < stream.retentionHours) {
    throw new AwsError(
      'InvalidArgumentException',
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing ` +
        `retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
    );
  }
  changeRetention(engine, stream, hours);
}

export function decreaseStreamRetentionPeriod(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  const hours = retentionHours(input);
  if (hours > stream.retentionHours) {
    throw new AwsError(
      'InvalidArgumentException',
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing ` +
        `retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
    );
  }
  changeRetention(engine, stream, hours);
}

/** What has gone by the old period or goes by the new one stays gone, whatever the period will be later. */
function changeRetention(engine: KinesisEngine, stream: Stream, hours: number): void {
  const nowMs = engine.cloud.clock.now();
  const shards = [...stream.shards.values()];
  expire(stream, nowMs);
  stream.retentionHours = hours;
  expire(stream, nowMs);
  engine.kept.stream(stream);
  engine.kept.shards(stream, shards);
}

function retentionHours(input: JsonObject): number {
  const hours = requiredInteger(input, 'RetentionPeriodHours');
  const requested = `Requested retention period (${hours} hours)`;
  if (hours < MIN_HOURS)
    throw new AwsError(
      'InvalidArgumentException',
      `Minimum allowed retention period is ${MIN_HOURS} hours. ${requested} is too short.`,
    );
  if (hours > MAX_HOURS)
    throw new AwsError(
      'InvalidArgumentException',
      `Maximum allowed retention period is ${MAX_HOURS} hours. ${requested} is too long.`,
    );
  return hours;
}
