import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { type CloudEvent, parseEnvelope } from '../../core/index.ts';

/** The facts that one stream record carries to the bus. */
export interface OutboxRecord {
  readonly sequenceNumber: string;
  readonly events: readonly CloudEvent[];
  /** Entries that are no events: a bug of ours, kept aside so that it stops nothing. */
  readonly unreadable: readonly string[];
}

/**
 * The outbox of a stream record: `outbox` (a list) or `event` of the new image. Removals (TTL's too) carry nothing, and
 * neither does a change that left the outbox as it was, where the record shows the old image.
 */
export function readOutbox(record: DynamoDBRecord): OutboxRecord {
  const change = record.dynamodb;
  const sequenceNumber = change?.SequenceNumber ?? '';
  const texts = record.eventName === 'REMOVE' ? [] : outboxTexts(change?.NewImage);
  const before = outboxTexts(change?.OldImage);
  const unchanged = texts.length === before.length && texts.every((text, index) => text === before[index]);
  if (unchanged) return { sequenceNumber, events: [], unreadable: [] };
  const events = texts.map(eventOf);
  return {
    sequenceNumber,
    events: events.filter(event => event !== undefined),
    unreadable: texts.filter((_, index) => events[index] === undefined),
  };
}

function outboxTexts(image: Record<string, AttributeValue> | undefined): string[] {
  const { outbox, event } = image ?? {};
  return (outbox?.L ?? (event ? [event] : [])).flatMap(value => value.S ?? []);
}

function eventOf(text: string): CloudEvent | undefined {
  try {
    const parsed = parseEnvelope(JSON.parse(text));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
