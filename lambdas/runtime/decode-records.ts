import type { KinesisStreamRecord } from 'aws-lambda';
import {
  type CloudEvent,
  type EventProblem,
  eventProblem,
  type FoldRecord,
  parseEventType,
  portableJsonProblem,
  type Result,
  refused,
  SHAPE_MARGIN_BYTES,
  ShapeReader,
  type Sighting,
  shardName,
  sightingIn,
} from '../../core/index.ts';
import type { EventReader } from './event-reader.ts';

/** A record that holds no event we know, and why. */
export interface Undecodable {
  readonly record: KinesisStreamRecord;
  readonly problem: EventProblem;
  readonly received: unknown;
}

export interface DecodedRecords<Incoming extends CloudEvent> {
  readonly events: readonly FoldRecord<Incoming>[];
  readonly undecodable: readonly Undecodable[];
}

/** How the events of a domain are judged. */
export interface DomainJudge<Incoming extends CloudEvent> extends Pick<EventReader, 'parse' | 'problemOf'> {
  readonly domain: string;
  /** Which of the domain's events are wanted; the others are judged, and left out. */
  readonly accepts: (event: CloudEvent) => event is Incoming;
}

/**
 * Makes what reads the events of a domain out of batches of Kinesis records. Events of other domains pass by: each domain's own
 * processor judges them, so that a record is quarantined once. What names no domain is everybody's problem, and ours.
 *
 * A record is read by the shapes of earlier ones where that can be done: then it is an event of ours, and sound but for its
 * data. All others are parsed and judged as a whole, and shapes are learned of those that are accepted.
 */
export function recordDecoder<Incoming extends CloudEvent>(
  judge: DomainJudge<Incoming>,
): (records: readonly KinesisStreamRecord[]) => DecodedRecords<Incoming> {
  const shapes = new ShapeReader();
  const isOurs = domainFilter(judge.domain);

  function judgeText(text: string): Result<CloudEvent, Omit<Undecodable, 'record'>> | undefined {
    const received = jsonOrText(text);
    if (!isOurs(received)) return undefined;
    const parsed = judge.parse(received, text);
    if (!parsed.ok) return refused(unreadable(text, received, parsed.problem));
    shapes.learn(parsed.value, text);
    return parsed;
  }

  return records => {
    const shardOf = shardReader();
    const events: FoldRecord<Incoming>[] = [];
    const undecodable: Undecodable[] = [];
    for (const record of records) {
      const { data, sequenceNumber: sequence, approximateArrivalTimestamp } = record.kinesis;
      const length = decode(data);
      let event = readByShape(shapes, length);
      const isDigested = event !== undefined;
      if (event) {
        const problem = judge.problemOf(event);
        if (problem) {
          undecodable.push({ record, problem, received: event });
          continue;
        }
      } else {
        const judged = judgeText(textOf(data, length));
        if (!judged) continue;
        if (!judged.ok) {
          undecodable.push({ record, ...judged.problem });
          continue;
        }
        event = judged.value;
      }
      if (!judge.accepts(event)) continue;
      const sighting = isDigested ? sightingIn(shapes.digest) : undefined;
      const arrivedAtMs = approximateArrivalTimestamp * 1000;
      events.push(new DecodedRecord({ sequence, arrivedAtMs, event, shard: shardOf(record.eventID), sighting }));
    }
    return { events, undecodable };
  };
}

/**
 * A record, made by a constructor and not as a literal: of literals the engine counts how many live on, and all records of a
 * batch do until its end. Then it would put later ones where only a full collection finds them, and their events with them.
 */
class DecodedRecord<Incoming extends CloudEvent> implements FoldRecord<Incoming> {
  readonly sequence: string;
  readonly arrivedAtMs: number;
  readonly event: Incoming;
  readonly shard: string | undefined;
  readonly sighting: Sighting | undefined;

  constructor({ sequence, arrivedAtMs, event, shard, sighting }: FoldRecord<Incoming>) {
    this.sequence = sequence;
    this.arrivedAtMs = arrivedAtMs;
    this.event = event;
    this.shard = shard;
    this.sighting = sighting;
  }
}

/** Names the shard that an `eventID` begins with. All records of a batch are of one. */
function shardReader(): (eventId: string) => string {
  let prefix = ':';
  let shard = '';
  return eventId => {
    if (!eventId.startsWith(prefix)) {
      const shardId = eventId.slice(0, eventId.indexOf(':'));
      prefix = `${shardId}:`;
      shard = shardName(shardId);
    }
    return shard;
  };
}

/** Most records are small: they are decoded in one place, for which no memory has to be taken. */
const scratch = Buffer.allocUnsafeSlow(65_536);
const view = new DataView(scratch.buffer);
/** What `write` and `toString` come to, after they have looked at what they were given; the types do not know them. */
const quick = scratch as unknown as {
  base64Write(text: string, at: number, most: number): number;
  latin1Slice(from: number, to: number): string;
};
const MOST_DIGITS = scratch.length - SHAPE_MARGIN_BYTES; // four of them are three bytes

/** Brings the bytes of a record into `scratch`. @returns how many; -1 when there are too many */
function decode(base64: string): number {
  return base64.length > MOST_DIGITS ? -1 : quick.base64Write(base64, 0, scratch.length);
}

/** @returns undefined when it takes more than to know its shape */
function readByShape(shapes: ShapeReader, length: number): CloudEvent | undefined {
  if (length < 0 || !shapes.hasLearned) return undefined;
  scratch[length] = 0;
  return shapes.read(scratch, view, quick.latin1Slice(0, length));
}

function textOf(base64: string, length: number): string {
  return length < 0 ? Buffer.from(base64, 'base64').toString('utf8') : scratch.toString('utf8', 0, length);
}

const MAX_TYPES = 1000;

/** Tells what is of a domain, or of none, from what is of another. Types are few and come again and again. */
function domainFilter(domain: string): (received: unknown) => boolean {
  const known = new Map<string, boolean>();
  return received => {
    const type = typeof received === 'object' && received !== null && 'type' in received ? received.type : undefined;
    if (typeof type !== 'string') return true;
    let isOurs = known.get(type);
    if (isOurs === undefined) {
      const parsed = parseEventType(type);
      isOurs = parsed === undefined || parsed.domain === domain;
      if (known.size < MAX_TYPES) known.set(type, isOurs);
    }
    return isOurs;
  };
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
