/** The operations that change one setting of a stream: mode, record size, encryption. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredInteger, requiredOneOf, requiredStructure, requiredText } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';

export function updateStreamMode(engine: KinesisEngine, input: JsonObject): void {
  requiredText(input, 'StreamARN');
  const stream = findStream(engine, input);
  const details = requiredStructure(input, 'StreamModeDetails');
  stream.mode = requiredOneOf(details, 'StreamMode', ['PROVISIONED', 'ON_DEMAND']);
}

export function updateMaxRecordSize(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  stream.maxRecordBytes = requiredInteger(input, 'MaxRecordSizeInKiB', { min: 1024, max: 10_240 }) * 1024;
}

export function startStreamEncryption(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  if (requiredOneOf(input, 'EncryptionType', ['NONE', 'KMS']) === 'NONE')
    throw new AwsError('InvalidArgumentException', 'EncryptionType must be KMS');
  stream.encryptionKeyId = requiredText(input, 'KeyId', { min: 1, max: 2048 });
}

export function stopStreamEncryption(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  stream.encryptionKeyId = undefined;
}
