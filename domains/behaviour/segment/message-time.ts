/**
 * When what a message tells of happened, by our clock. A device's clock may be wrong, but it was as wrong when the message
 * was sent as when it was made: `receivedAt - (sentAt - originalTimestamp)`.
 * @see https://segment.com/docs/connections/spec/common/#timestamps
 */
import { parseRfc3339 } from '../../../core/index.ts';

/** The times of a message, as it was sent. */
export interface MessageTimes {
  readonly timestamp?: unknown;
  /** What a library's `timestamp` is called once Segment has passed the message on. */
  readonly originalTimestamp?: unknown;
  readonly sentAt?: unknown;
  /** When a server received it before us: then `timestamp` has been corrected already. */
  readonly receivedAt?: unknown;
}

export interface MessageTime {
  readonly timeMs: number;
  /** Whether our clock had a part in it, so that the same message has another time when it is sent again. */
  readonly isOurs: boolean;
}

/** The event time of a message. Times that cannot be read count as absent here: they have been judged before. */
export function messageTime(times: MessageTimes, receivedAtMs: number): MessageTime {
  const timestamp = timestampMs(times.timestamp);
  if (timestamp !== undefined && timestampMs(times.receivedAt) !== undefined) {
    return { timeMs: timestamp, isOurs: false };
  }
  const told = toldMs(times);
  if (told === undefined) return { timeMs: receivedAtMs, isOurs: true };
  const sentAt = timestampMs(times.sentAt);
  if (sentAt === undefined) return { timeMs: told, isOurs: false };
  return { timeMs: receivedAtMs - (sentAt - told), isOurs: true };
}

/** What the sender's clock said when it happened: the same however often the message is sent. */
export function toldMs({ timestamp, originalTimestamp }: MessageTimes): number | undefined {
  return timestampMs(originalTimestamp) ?? timestampMs(timestamp);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?$/;
const SHORT_ZONE = /([+-]\d{2})(\d{2})?$/;

/**
 * Milliseconds of an ISO 8601 timestamp; `undefined` when it is none, or no moment that can be written down. Days without a
 * time and times without a zone are UTC, and a zone may be written without its colon, as some libraries do.
 */
export function timestampMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (DAY.test(value)) return parseRfc3339(`${value}T00:00:00Z`);
  if (WITHOUT_ZONE.test(value)) return parseRfc3339(`${value}Z`);
  return (
    parseRfc3339(value) ?? parseRfc3339(value.replace(SHORT_ZONE, (_, hours, minutes) => `${hours}:${minutes ?? '00'}`))
  );
}
