import { type EventLog, parseEnvelope } from '../../core/index.ts';

/** A message that waits in the overflow queue; its body is an event. */
export interface OverflowMessage {
  readonly messageId: string;
  readonly body: string;
}

/** Puts waiting events into the log. @returns the ids of messages to be delivered again */
export async function drain(messages: readonly OverflowMessage[], log: EventLog): Promise<string[]> {
  const readable = messages.flatMap(message => {
    const event = eventOf(message.body);
    return event ? [{ messageId: message.messageId, event }] : [];
  });
  const outcomes = readable.length > 0 ? await log.append(readable.map(({ event }) => event)) : [];
  const appended = new Set(
    readable.filter((_, i) => outcomes[i]?.status === 'appended').map(({ messageId }) => messageId),
  );
  return messages.map(({ messageId }) => messageId).filter(messageId => !appended.has(messageId));
}

function eventOf(body: string) {
  try {
    const parsed = parseEnvelope(JSON.parse(body));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // not ours: it fails until the queue moves it to its dead-letter queue
  }
}
