/** The operations that change one setting of a stream: mode, record size, encryption. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredInteger, requiredMembers, requiredOneOf, requiredText, STREAM_ARN } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';

const KEY_ID = { min: 1, max: 2048 };

export function updateStreamMode(engine: KinesisEngine, input: JsonObject): void {
  requiredText(input, 'StreamARN', STREAM_ARN);
  const stream = findStream(engine, input);
  const details = requiredMembers(input, 'StreamModeDetails');
  stream.mode = requiredOneOf(details, 'StreamModeDetails.StreamMode', ['PROVISIONED', 'ON_DEMAND']);
  engine.kept.stream(stream);
}

export function updateMaxRecordSize(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  stream.maxRecordBytes = requiredInteger(input, 'MaxRecordSizeInKiB', { min: 1024, max: 10_240 }) * 1024;
  engine.kept.stream(stream);
}

export function startStreamEncryption(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  if (requiredOneOf(input, 'EncryptionType', ['NONE', 'KMS']) === 'NONE')
    throw new AwsError('InvalidArgumentException', 'EncryptionType must be KMS');
  stream.encryptionKeyId = requiredText(input, 'KeyId', KEY_ID);
  engine.kept.stream(stream);
}

export function stopStreamEncryption(engine: KinesisEngine, input: JsonObject): void {
  requiredOneOf(input, 'EncryptionType', ['NONE', 'KMS']);
  requiredText(input, 'KeyId', KEY_ID);
  const stream = findStream(engine, input);
  stream.encryptionKeyId = undefined;
  engine.kept.stream(stream);
}
