import { createHash } from 'node:crypto';
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { constraint, readInteger, readText, required } from '../request.ts';
import { copyItem } from '../values/attribute-value.ts';
import { beyondHorizon } from './get-shard-iterator.ts';
import { ITERATOR_LIFETIME_MS, readIterator, writeIterator } from './shard-iterator.ts';
import type { Stream } from './stream.ts';
import { findShard, findStream } from './stream-lookup.ts';
import { nextOrdinal, type StreamRecord } from './stream-shard.ts';

const MOST_RECORDS = 1000;
const LARGEST_PAGE_BYTES = 1024 * 1024;

/** GetRecords: the next records of a shard, at most 1,000 or 1 MB, and where to go on unless the shard has ended. */
export function getRecords(database: Database, input: JsonObject): JsonObject {
  const limit = readInteger(input, 'Limit', 1) ?? MOST_RECORDS;
  if (limit > MOST_RECORDS) {
    throw constraint('Limit', limit, `Member must have value less than or equal to ${MOST_RECORDS}`);
  }
  const at = readIterator(required(readText(input, 'ShardIterator'), 'ShardIterator'));
  const nowMs = database.cloud.clock.now();
  if (at.issuedAtMs + ITERATOR_LIFETIME_MS < nowMs) {
    throw new AwsError(
      'ExpiredIteratorException',
      'Iterator expired. The iterator was created more than 15 minutes ago',
    );
  }
  const stream = findStream(database, at.streamArn);
  const shard = findShard(database, stream, at.shardId);
  if (at.position < shard.trimmed) throw beyondHorizon();
  const page = pageOf(shard.records, at.position - shard.trimmed, limit);
  const position = at.position + page.length;
  const ended = shard.endingSequenceNumber !== undefined && position >= nextOrdinal(shard);
  return {
    Records: page.map(record => describedRecord(database, stream, record)),
    ...(ended ? {} : { NextShardIterator: writeIterator({ ...at, position, issuedAtMs: nowMs }) }),
  };
}

function pageOf(records: readonly StreamRecord[], start: number, limit: number): StreamRecord[] {
  const page: StreamRecord[] = [];
  let sizeBytes = 0;
  for (let index = start; index < records.length && page.length < limit; index++) {
    const record = records[index] as StreamRecord; // index is inside the array
    sizeBytes += record.sizeBytes;
    if (page.length > 0 && sizeBytes > LARGEST_PAGE_BYTES) break;
    page.push(record);
  }
  return page;
}

/** Times are whole seconds, as on AWS. */
function describedRecord(database: Database, stream: Stream, record: StreamRecord): JsonObject {
  return {
    eventID: eventId(stream, record),
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: database.cloud.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.createdAtMs / 1000),
      Keys: copyItem(record.keys),
      ...(record.newImage ? { NewImage: copyItem(record.newImage) } : {}),
      ...(record.oldImage ? { OldImage: copyItem(record.oldImage) } : {}),
      SequenceNumber: record.sequenceNumber,
      SizeBytes: record.sizeBytes,
      StreamViewType: stream.viewType,
    },
    ...(record.expired ? { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } } : {}),
  };
}

/** Unique and the same at every reading, without a place in the record. */
function eventId(stream: Stream, record: StreamRecord): string {
  return createHash('md5').update(`${stream.arn}/${record.sequenceNumber}`).digest('hex');
}
