import type { JsonObject } from '../../cloud/service.ts';
import { sequenceNumber } from './sequence-number.ts';
import { recordAt, type Shard, type StoredRecord } from './shard.ts';

export interface RecordPage {
  readonly records: readonly JsonObject[];
  /** Of the records' data. */
  readonly bytes: number;
  /** Of the last record; 0 when there is none. */
  readonly lastArrivalMs: number;
  /** The ordinal after the last record. */
  readonly next: number;
}

/** Takes at least one record when there is one, then as many as fit. */
export function readPage(shard: Shard, options: { from: number; records: number; bytes: number }): RecordPage {
  const records: JsonObject[] = [];
  let bytes = 0;
  let lastArrivalMs = 0;
  let next = options.from;
  for (; records.length < options.records; next++) {
    const record = recordAt(shard, next);
    if (!record || (records.length > 0 && bytes + record.dataBytes > options.bytes)) break;
    records.push(describeRecord(shard, next, record));
    bytes += record.dataBytes;
    lastArrivalMs = record.arrivalMs;
  }
  return { records, bytes, lastArrivalMs, next };
}

function describeRecord(shard: Shard, ordinal: number, record: StoredRecord): JsonObject {
  return {
    SequenceNumber: sequenceNumber(shard.prefix, ordinal),
    ApproximateArrivalTimestamp: record.arrivalMs / 1000,
    Data: record.data,
    PartitionKey: record.partitionKey,
  };
}
