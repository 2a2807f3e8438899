import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import {
  optionalInteger,
  optionalMembers,
  optionalStructure,
  requiredOneOf,
  requiredText,
  STREAM_NAME,
} from '../constraints.ts';
import type { KinesisEngine } from '../kinesis-engine.ts';
import { refuseOverQuota } from '../shard-quota.ts';
import { createStream as makeStream, ON_DEMAND_SHARDS, type StreamMode } from '../stream.ts';
import { applyTags } from './stream-tags.ts';

/** Ours is `ACTIVE` at once: nothing has to be waited for. */
export function createStream(engine: KinesisEngine, input: JsonObject): void {
  const { cloud, streams } = engine;
  const name = requiredText(input, 'StreamName', STREAM_NAME);
  const requestedShards = optionalInteger(input, 'ShardCount', { min: 1 });
  const mode = requestedMode(input, requestedShards);
  const maxRecordKib = optionalInteger(input, 'MaxRecordSizeInKiB', { min: 1024, max: 10_240 }) ?? 1024;
  if (streams.has(name))
    throw new AwsError('ResourceInUseException', `Stream ${name} under account ${cloud.accountId} already exists.`);
  refuseOverQuota(engine, mode === 'PROVISIONED' ? (requestedShards ?? 0) : 0);
  const stream = makeStream({
    name,
    number: engine.nextStreamNumber(),
    arn: cloud.arn('kinesis', `stream/${name}`),
    nowMs: cloud.clock.now(),
    mode,
    shardCount: requestedShards ?? ON_DEMAND_SHARDS,
    maxRecordBytes: maxRecordKib * 1024,
  });
  applyTags(stream.tags, optionalStructure(input, 'Tags') ?? {});
  streams.set(name, stream);
  engine.kept.stream(stream);
  engine.kept.shards(stream, stream.open);
}

/** Without either member AWS makes an on-demand stream (observed, not documented). */
function requestedMode(input: JsonObject, shardCount: number | undefined): StreamMode {
  const details = optionalMembers(input, 'StreamModeDetails');
  const mode = details
    ? requiredOneOf(details, 'StreamModeDetails.StreamMode', ['PROVISIONED', 'ON_DEMAND'])
    : shardCount === undefined
      ? 'ON_DEMAND'
      : 'PROVISIONED';
  if (mode === 'PROVISIONED' && shardCount === undefined)
    throw new AwsError('ValidationException', 'ShardCount is required for streams in PROVISIONED mode.');
  if (mode === 'ON_DEMAND' && shardCount !== undefined)
    throw new AwsError('ValidationException', 'ShardCount must not be given for streams in ON_DEMAND mode.');
  return mode;
}
