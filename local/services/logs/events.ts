/** PutLogEvents, GetLogEvents, FilterLogEvents. Times are epoch milliseconds, in this service. */
import type { JsonObject } from '../../cloud/service.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import { invalidParameter, optionalNumber, optionalText, readGroup, readStream } from './input.ts';
import type { LogGroup, LogStore } from './log-store.ts';
import type { LogEvent, LogStream } from './log-stream.ts';

const MOST_EVENTS = 10_000;
const LARGEST_BATCH_BYTES = 1_048_576;
/** What each event counts for besides its message. */
const EVENT_OVERHEAD_BYTES = 26;
const LONGEST_BATCH_MS = 24 * 3_600_000;

/** @param onMessage hears of every message that was taken */
export function putLogEvents(store: LogStore, input: JsonObject, onMessage: (message: string) => void): JsonObject {
  const group = readGroup(store, input);
  const stream = readStream(group, input);
  const events = readEvents(input.logEvents);
  for (const { message, timestamp } of events) {
    store.append(stream, message, timestamp);
    onMessage(message);
  }
  return { nextSequenceToken: String(stream.last?.order ?? 0).padStart(56, '0') };
}

interface InputEvent {
  readonly message: string;
  readonly timestamp: number;
}

function readEvents(value: unknown): InputEvent[] {
  const events = Array.isArray(value) ? value.filter(isInputEvent) : [];
  if (!Array.isArray(value) || events.length !== value.length || events.length === 0) {
    throw invalidParameter('Log events must each have a message and a timestamp');
  }
  if (events.length > MOST_EVENTS) throw invalidParameter(`Log event count is greater than ${MOST_EVENTS}`);
  const sizeBytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES, 0);
  if (sizeBytes > LARGEST_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${sizeBytes} bytes exceeds limit of ${LARGEST_BATCH_BYTES}`);
  }
  const times = events.map(event => event.timestamp);
  if (times.some((time, index) => time < (times[index - 1] ?? time))) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > LONGEST_BATCH_MS) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  return events;
}

function isInputEvent(value: unknown): value is InputEvent {
  if (typeof value !== 'object' || value === null || !('message' in value) || !('timestamp' in value)) return false;
  return typeof value.message === 'string' && value.message !== '' && typeof value.timestamp === 'number';
}

/** Tokens say on which side of which event to go on: `f/<order>` after it, `b/<order>` before it. */
export function getLogEvents(store: LogStore, input: JsonObject): JsonObject {
  const group = readGroup(store, input);
  const events = store.retained(group, readStream(group, input)).filter(event => isInside(event, input));
  const limit = optionalNumber(input, 'limit') ?? MOST_EVENTS;
  const [, direction, text] = /^([fb])\/(-?\d+)$/.exec(optionalText(input, 'nextToken') ?? '') ?? [];
  const from = Number(text ?? -1);
  const isForward = direction === undefined ? input.startFromHead === true : direction === 'f';
  const eligible =
    direction === undefined ? events : events.filter(({ order }) => (isForward ? order > from : order < from));
  const page = isForward ? eligible.slice(0, limit) : eligible.slice(-limit);
  return {
    events: page.map(({ atMs, ingestedMs, message }) => ({ timestamp: atMs, ingestionTime: ingestedMs, message })),
    nextForwardToken: `f/${page.at(-1)?.order ?? from}`,
    nextBackwardToken: `b/${page[0]?.order ?? from}`,
  };
}

export function filterLogEvents(store: LogStore, input: JsonObject): JsonObject {
  const group = readGroup(store, input);
  const matches = parseFilterPattern(optionalText(input, 'filterPattern') ?? '');
  const after = Number(optionalText(input, 'nextToken') ?? -1);
  const limit = optionalNumber(input, 'limit') ?? MOST_EVENTS;
  const found = wantedStreams(group, input)
    .flatMap(stream => store.retained(group, stream).map(event => ({ stream, event })))
    .filter(({ event }) => event.order > after && isInside(event, input) && matches(event.message))
    .sort((a, b) => a.event.order - b.event.order);
  const page = found.slice(0, limit);
  return {
    events: page.map(({ stream, event }) => ({
      logStreamName: stream.name,
      timestamp: event.atMs,
      message: event.message,
      ingestionTime: event.ingestedMs,
      eventId: String(event.order).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...(found.length > page.length ? { nextToken: String(page.at(-1)?.event.order) } : {}),
  };
}

function wantedStreams(group: LogGroup, input: JsonObject): LogStream[] {
  const names: unknown[] | undefined = Array.isArray(input.logStreamNames) ? input.logStreamNames : undefined;
  const prefix = optionalText(input, 'logStreamNamePrefix') ?? '';
  return [...group.streams.values()].filter(({ name }) => (names ? names.includes(name) : name.startsWith(prefix)));
}

function isInside(event: LogEvent, input: JsonObject): boolean {
  const startMs = optionalNumber(input, 'startTime') ?? 0;
  const endMs = optionalNumber(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  return event.atMs >= startMs && event.atMs <= endMs;
}
