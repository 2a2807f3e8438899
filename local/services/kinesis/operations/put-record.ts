import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { optionalText, SEQUENCE_NUMBER } from '../constraints.ts';
import { findStream, type KinesisEngine, rateExceeded } from '../kinesis-engine.ts';
import { parseRecordEntry } from '../record-entry.ts';
import { announceWrites, writeRecord } from '../record-writing.ts';
import { expire } from '../stream.ts';

export function putRecord(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  optionalText(input, 'SequenceNumberForOrdering', SEQUENCE_NUMBER);
  const entry = parseRecordEntry(input, stream, '');
  expire(stream, engine.cloud.clock.now());
  const { shard, sequenceNumber } = writeRecord(engine, stream, entry);
  if (sequenceNumber === undefined) {
    announceWrites(engine, stream, { records: 0, bytes: 0, throttled: 1 });
    throw new AwsError('ProvisionedThroughputExceededException', rateExceeded(engine, stream, shard));
  }
  announceWrites(engine, stream, { records: 1, bytes: entry.sizeBytes, throttled: 0 });
  return {
    ShardId: shard.shardId,
    SequenceNumber: sequenceNumber,
    ...(stream.encryptionKeyId === undefined ? {} : { EncryptionType: 'KMS' }),
  };
}
