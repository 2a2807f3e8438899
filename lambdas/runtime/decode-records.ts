import type { KinesisStreamRecord } from 'aws-lambda';
import {
  type CloudEvent,
  type EventParser,
  type EventProblem,
  eventProblem,
  type FoldRecord,
  parseEventType,
  portableJsonProblem,
  type Result,
  shardName,
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

/**
 * Reads the events of a domain out of a batch of Kinesis records. Events of other domains pass by: each domain's own
 * processor judges them, so that a record is quarantined once. What names no domain is everybody's problem, and ours.
 */
export function decodeRecords(
  records: readonly KinesisStreamRecord[],
  { parse, domain }: { readonly parse: EventParser; readonly domain: string },
): DecodedRecords {
  const events: FoldRecord<CloudEvent>[] = [];
  const undecodable: Undecodable[] = [];
  let shardId = '';
  let shard = '';
  for (const record of records) {
    const text = textOf(record.kinesis.data);
    const received = jsonOrText(text);
    if (isOfAnotherDomain(received, domain)) continue;
    const parsed: Result<CloudEvent, EventProblem> = parse(received, text);
    const arrivedAtMs = record.kinesis.approximateArrivalTimestamp * 1000;
    if (!record.eventID.startsWith(`${shardId}:`)) {
      shardId = record.eventID.slice(0, record.eventID.indexOf(':')); // all records of a batch are of one shard
      shard = shardName(shardId);
    }
    if (parsed.ok) events.push({ sequence: record.kinesis.sequenceNumber, arrivedAtMs, event: parsed.value, shard });
    else undecodable.push({ record, ...unreadable(text, received, parsed.problem) });
  }
  return { events, undecodable };
}

/** Most records are small: they are decoded in one place, for which no memory has to be taken. */
const scratch = Buffer.allocUnsafeSlow(65_536);

function textOf(base64: string): string {
  if (base64.length > scratch.length) return Buffer.from(base64, 'base64').toString('utf8');
  return scratch.toString('utf8', 0, scratch.write(base64, 'base64'));
}

function isOfAnotherDomain(received: unknown, domain: string): boolean {
  const type = typeof received === 'object' && received !== null && 'type' in received ? received.type : undefined;
  if (typeof type !== 'string' || type.startsWith(`${domain}.`)) return false;
  const parsed = parseEventType(type);
  return parsed !== undefined && parsed.domain !== domain;
}

/** A value that cannot be written as JSON again, for its depth, is kept as the text that it came in. */
function unreadable(text: string, received: unknown, problem: EventProblem): Omit<Undecodable, 'record'> {
  if (received === text) return { received, problem: NOT_JSON };
  return { received: portableJsonProblem(received) ? text : received, problem };
}

const NOT_JSON = eventProblem('', undefined, 'the record is not JSON');

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
