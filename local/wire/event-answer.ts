/** Answers whose output has an event stream: the other members come first, then the events as the engine gives them. */
import type { JsonObject } from '../cloud/service.ts';
import { encodeMessage, eventMessage, failureMessage } from './event-stream.ts';

/** @returns the event stream among an output's members, undefined when it has none */
export function eventsOf(output: unknown): AsyncIterable<JsonObject> | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  return Object.values(output).find(isEventStream);
}

/** The messages of an answer: `initial-response`, an event each, and what made the stream fail, if something did. */
export function answerEvents(
  output: JsonObject,
  events: AsyncIterable<JsonObject>,
  contentType: string,
): { readonly body: Buffer; readonly stream: AsyncIterable<Buffer> } {
  const members = Object.fromEntries(Object.entries(output).filter(([, value]) => value !== events));
  return {
    body: encodeMessage(eventMessage('initial-response', members, contentType)),
    stream: {
      [Symbol.asyncIterator]: () => messages(events[Symbol.asyncIterator](), contentType),
    },
  };
}

function messages(events: AsyncIterator<JsonObject>, contentType: string): AsyncIterator<Buffer> {
  let failed = false;
  return {
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const step = await events.next();
        return step.done ? step : { done: false, value: encodeEvent(step.value, contentType) };
      } catch (error) {
        failed = true;
        return { done: false, value: encodeMessage(failureMessage(error, contentType)) };
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}

function encodeEvent(event: JsonObject, contentType: string): Buffer {
  const [type = '', payload] = Object.entries(event)[0] ?? [];
  return encodeMessage(eventMessage(type, payload as JsonObject, contentType)); // an event is `{<type>: <members>}`
}

function isEventStream(value: unknown): value is AsyncIterable<JsonObject> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
