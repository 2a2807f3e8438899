import type { KinesisStreamRecord } from 'aws-lambda';
import {
  type CloudEvent,
  type EventParser,
  type EventProblem,
  eventProblem,
  type FoldRecord,
  type Result,
} from '../../core/index.ts';

/** A record that holds no event we know, and why. */
export interface Undecodable {
  readonly record: KinesisStreamRecord;
  readonly problem: EventProblem;
  readonly received: unknown;
}

export interface DecodedRecords {
  readonly events: readonly FoldRecord<CloudEvent>[];
  readonly undecodable: readonly Undecodable[];
}

/** Reads the events out of a batch of Kinesis records. */
export function decodeRecords(records: readonly KinesisStreamRecord[], parse: EventParser): DecodedRecords {
  const events: FoldRecord<CloudEvent>[] = [];
  const undecodable: Undecodable[] = [];
  for (const record of records) {
    const text = Buffer.from(record.kinesis.data, 'base64').toString('utf8');
    const received = jsonOrText(text);
    const parsed: Result<CloudEvent, EventProblem> = parse(received);
    const arrivedAtMs = record.kinesis.approximateArrivalTimestamp * 1000;
    if (parsed.ok) events.push({ sequence: record.kinesis.sequenceNumber, arrivedAtMs, event: parsed.value });
    else undecodable.push({ record, received, problem: received === text ? NOT_JSON : parsed.problem });
  }
  return { events, undecodable };
}

const NOT_JSON = eventProblem('', undefined, 'the record is not JSON');

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
