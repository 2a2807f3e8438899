import type { DynamoDBRecord } from 'aws-lambda';
import { type CloudEvent, parseEnvelope, parseRfc3339 } from '../../core/index.ts';
import { unpackOutbox } from '../adapters/outbox-attribute.ts';

/** The facts that one written item carries to the bus. */
export interface OutboxRecord {
  /** Names the record: the sequence number of the change, or, where the item itself was read, a name made from its key. */
  readonly name: string;
  /** When the item was written, epoch ms; the stream says it to the second. */
  readonly writtenAtMs: number | undefined;
  readonly events: readonly CloudEvent[];
  /** Entries that are no events: a bug of ours, kept aside so that it stops nothing. */
  readonly unreadable: readonly string[];
}

/** An item, as a stream record (binary in base64) or a scan shows it. */
export type ItemImage = Readonly<Record<string, ImageValue>>;

interface ImageValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: string | Uint8Array | undefined;
  readonly L?: readonly ImageValue[] | undefined;
}

/**
 * The outbox of a stream record. Removals (TTL's too) carry nothing, and neither does a change that left the outbox as it
 * was, where the record shows the old image.
 */
export function readOutbox(record: DynamoDBRecord): OutboxRecord {
  const change = record.dynamodb;
  const name = change?.SequenceNumber ?? '';
  const seconds = change?.ApproximateCreationDateTime;
  const writtenAtMs = seconds === undefined ? undefined : seconds * 1000;
  const texts = record.eventName === 'REMOVE' ? [] : outboxTexts(change?.NewImage);
  const before = outboxTexts(change?.OldImage);
  const unchanged = texts.length === before.length && texts.every((text, index) => text === before[index]);
  return { name, writtenAtMs, ...readTexts(unchanged ? [] : texts) };
}

/**
 * The outbox of an item as it lies in its table. A state item says in `outboxAt` when it was written, epoch seconds; an item
 * that is an event has the time of its event.
 */
export function readStoredOutbox(item: ItemImage, name: string): OutboxRecord {
  const read = readTexts(outboxTexts(item));
  const said = item.outboxAt?.N;
  const writtenAtMs = said === undefined ? parseRfc3339(read.events[0]?.time ?? '') : Number(said) * 1000;
  return { name, writtenAtMs, ...read };
}

/** `outbox` (packed, or a list) or `event`. What cannot be unpacked is one entry that nobody can read. */
function outboxTexts(image: ItemImage | undefined): string[] {
  const { outbox, event } = image ?? {};
  if (outbox?.B !== undefined) return unpacked(outbox.B);
  return (outbox?.L ?? (event ? [event] : [])).flatMap(value => value.S ?? []);
}

function unpacked(packed: string | Uint8Array): string[] {
  try {
    return unpackOutbox(packed);
  } catch {
    return [typeof packed === 'string' ? packed : Buffer.from(packed).toString('base64')];
  }
}

function readTexts(texts: readonly string[]): Pick<OutboxRecord, 'events' | 'unreadable'> {
  const events = texts.map(eventOf);
  return {
    events: events.filter(event => event !== undefined),
    unreadable: texts.filter((_, index) => events[index] === undefined),
  };
}

function eventOf(text: string): CloudEvent | undefined {
  try {
    const parsed = parseEnvelope(JSON.parse(text));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
