/**
 * A message of Segment's tracking protocol, as its libraries send it, alone or in a batch.
 * @see https://segment.com/docs/connections/spec/common/
 */
import {
  accepted,
  type EventProblem,
  eventProblem,
  MAX_SUBJECT_CHARS,
  type Result,
  refused,
} from '../../../core/index.ts';
import { timestampMs } from './message-time.ts';

/** What a message may say: the methods of the protocol that stand for something that happened. */
export const SEGMENT_CALLS = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type SegmentCall = (typeof SEGMENT_CALLS)[number];

export type JsonObject = Readonly<Record<string, unknown>>;

/** What the request says about all of its messages. */
export interface SegmentDelivery {
  readonly receivedAtMs: number;
  /** The method in the path; a batch has none, its messages say their own. */
  readonly call?: SegmentCall;
  /** By the clock of the sender. A message's own goes before it. */
  readonly sentAt?: unknown;
  /** Added to the context of each message, whose own members go before it. */
  readonly context?: JsonObject;
}

export interface SegmentMessage {
  readonly call: SegmentCall;
  readonly messageId?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly context: JsonObject;
  /** As it was sent, with what only its own method has: `event`, `properties`, `traits`, … */
  readonly body: JsonObject;
}

/** Reads what all methods have in common. */
export function readMessage(value: unknown, delivery: SegmentDelivery): Result<SegmentMessage, EventProblem> {
  if (!isObject(value)) return refused(eventProblem('', value, 'must be a JSON object (a message)'));
  const body = withoutNothing(value);
  const call = delivery.call ?? SEGMENT_CALLS.find(known => known === body.type);
  if (!call) return refused(eventProblem('type', body.type, `must be one of ${SEGMENT_CALLS.join(', ')}`));
  const problem = idProblem(body) ?? timeProblem(body) ?? objectProblem(body);
  if (problem) return refused(problem);
  return accepted({
    call,
    ...textOf('messageId', body.messageId),
    ...textOf('userId', body.userId),
    ...textOf('anonymousId', body.anonymousId),
    context: { ...delivery.context, ...objectOf(body.context) },
    body,
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, if it is an object; otherwise an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Libraries send `null` and empty texts for what they do not know. */
function withoutNothing(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== ''));
}

/** Some producers have numbers for ids. */
function textOf<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: String(value) } as { readonly [Key in Name]?: string }); // that one name
}

const IDS = ['messageId', 'userId', 'anonymousId'] as const;

function idProblem(body: JsonObject): EventProblem | undefined {
  for (const name of IDS) {
    const id = body[name];
    if (id === undefined) continue;
    if (typeof id !== 'string' && !Number.isSafeInteger(id)) return eventProblem(name, id, 'must be text');
    if (String(id).length > MAX_SUBJECT_CHARS) {
      return eventProblem(name, id, `must be at most ${MAX_SUBJECT_CHARS} characters`);
    }
  }
  if (body.userId !== undefined || body.anonymousId !== undefined) return undefined;
  return eventProblem('userId', undefined, 'is required, or anonymousId');
}

function timeProblem(body: JsonObject): EventProblem | undefined {
  for (const name of ['timestamp', 'originalTimestamp']) {
    const time = body[name];
    if (time === undefined || timestampMs(time) !== undefined) continue;
    return eventProblem(name, time, 'must be an ISO 8601 timestamp');
  }
  return undefined;
}

function objectProblem(body: JsonObject): EventProblem | undefined {
  const name = ['context', 'properties', 'traits'].find(each => body[each] !== undefined && !isObject(body[each]));
  return name === undefined ? undefined : eventProblem(name, body[name], 'must be a JSON object');
}
