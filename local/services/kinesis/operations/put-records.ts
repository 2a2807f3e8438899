import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { violation } from '../constraints.ts';
import { findStream, type KinesisEngine, rateExceeded } from '../kinesis-engine.ts';
import { parseRecordEntry, type RecordEntry } from '../record-entry.ts';
import { announceWrites, type WriteOutcome, writeRecord } from '../record-writing.ts';
import { expire, type Stream } from '../stream.ts';

const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/** Puts up to 500 records; each is accepted or refused for throughput by itself, in the order of the request. */
export function putRecords(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  const entries = parseEntries(input.Records, stream);
  expire(stream, engine.cloud.clock.now());
  const counts = { records: 0, bytes: 0, throttled: 0 };
  const results = entries.map(entry => {
    const outcome = writeRecord(engine, stream, entry);
    if (outcome.sequenceNumber === undefined) {
      counts.throttled++;
      return refusal(engine, stream, outcome);
    }
    counts.records++;
    counts.bytes += entry.sizeBytes;
    return { SequenceNumber: outcome.sequenceNumber, ShardId: outcome.shard.shardId };
  });
  announceWrites(engine, stream, counts);
  return {
    FailedRecordCount: counts.throttled,
    Records: results,
    ...(stream.encryptionKeyId === undefined ? {} : { EncryptionType: 'KMS' }),
  };
}

function refusal(engine: KinesisEngine, stream: Stream, { shard }: WriteOutcome) {
  return {
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: rateExceeded(engine, stream, shard),
  };
}

function parseEntries(records: unknown, stream: Stream): readonly RecordEntry[] {
  if (!Array.isArray(records)) throw violation(records, 'records', 'Member must not be null');
  if (records.length === 0) throw violation('[]', 'records', 'Member must have length greater than or equal to 1');
  if (records.length > MAX_RECORDS)
    throw violation(
      `[${records.length} records]`,
      'records',
      `Member must have length less than or equal to ${MAX_RECORDS}`,
    );
  const entries = records.map((record, index) => parseRecordEntry(record, stream, `records.${index + 1}.member.`));
  const totalBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  if (totalBytes > MAX_REQUEST_BYTES)
    throw new AwsError('InvalidArgumentException', 'Records size exceeds 10 MB limit');
  return entries;
}
