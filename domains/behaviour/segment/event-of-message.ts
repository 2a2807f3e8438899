/**
 * Turns a message of Segment's tracking protocol into an event of ours.
 *
 * 1. No message is dropped: what has no counterpart among our types is an action that was tracked, under its own name.
 * 2. Nothing a message says is dropped: what its counterpart has no field for travels in `tracked`. Left behind are the
 *    write key, what only steers Segment (`integrations`, `_metadata`), and members that the protocol does not have.
 * 3. The subject is the visitor's anonymous id while there is one: it stays the same when they log in, so that a cart and
 *    its purchase are the same visitor's. Servers know user ids only, and those are subjects then.
 * 4. The same message gives the same id and the same content, however often it is sent.
 */
import {
  accepted,
  type CloudEvent,
  type EventProblem,
  eventProblem,
  type Result,
  refused,
} from '../../../core/index.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';
import { commerceEvent } from './commerce-event.ts';
import { type Counterpart, given } from './counterpart.ts';
import { idOfMessage } from './message-id.ts';
import { messageTime, toldMs } from './message-time.ts';
import { pageEvent, screenEvent } from './page-event.ts';
import {
  type JsonObject,
  objectOf,
  readMessage,
  type SegmentDelivery,
  type SegmentMessage,
} from './segment-message.ts';

export interface MessageRules extends SegmentDelivery {
  /** An id for a message that has none of its own: sent again, it is another event. */
  readonly newId: () => string;
}

/** The event that a message stands for, to be judged by its contract; or why the message stands for none. */
export function eventOfMessage(value: unknown, rules: MessageRules): Result<CloudEvent, EventProblem> {
  const read = readMessage(value, rules);
  if (!read.ok) return read;
  const message = read.value;
  const counterpart = counterpartOf(message);
  if (!counterpart.ok) return counterpart;
  const { messageId, body } = message;
  const times = { ...body, sentAt: body.sentAt ?? rules.sentAt };
  const { timeMs, isOurs } = messageTime(times, rules.receivedAtMs);
  if (!isWritable(timeMs)) return refused(eventProblem('timestamp', body.timestamp, 'must be from 1970 to 9999'));
  const { subject, ...tracked } = trackedOf(message, counterpart.value);
  return accepted({
    specversion: '1.0',
    id: messageId === undefined ? rules.newId() : idOfMessage(messageId, toldMs(times) ?? 0),
    source: sourceOf(message.context),
    type: counterpart.value.type,
    subject,
    time: new Date(timeMs).toISOString(),
    datacontenttype: 'application/json',
    ...(isOurs ? { doortime: true } : {}),
    data: { ...counterpart.value.data, ...tracked },
  });
}

function counterpartOf(message: SegmentMessage): Result<Counterpart, EventProblem> {
  const { call, body, context } = message;
  const properties = propertiesOf(body);
  switch (call) {
    case 'track': {
      if (typeof body.event !== 'string') return refused(eventProblem('event', body.event, textRule(body.event)));
      return accepted(commerceEvent(body.event, properties) ?? action(body.event, properties));
    }
    case 'page':
      return accepted(pageEvent(properties, context) ?? action('Page Viewed', properties));
    case 'screen':
      return accepted(screenEvent(properties) ?? action('Screen Viewed', properties));
    case 'identify': {
      const { userId, anonymousId } = message;
      return accepted(whole(types.visitorIdentified, { userId, anonymousId, traits: body.traits }));
    }
    case 'group': {
      const groupId = idText(body.groupId);
      if (groupId === undefined) return refused(eventProblem('groupId', body.groupId, textRule(body.groupId)));
      return accepted(whole(types.visitorGrouped, { groupId, traits: body.traits }));
    }
    case 'alias': {
      const previousId = idText(body.previousId);
      if (previousId === undefined)
        return refused(eventProblem('previousId', body.previousId, textRule(body.previousId)));
      if (message.userId === undefined) return refused(eventProblem('userId', undefined, 'is required'));
      return accepted(whole(types.visitorAliased, { previousId, userId: message.userId }));
    }
  }
}

/** Pages and screens have names and categories beside their properties. */
function propertiesOf({ name, category, properties }: JsonObject): JsonObject {
  return given({ name, category, ...objectOf(properties) });
}

function action(name: string, properties: JsonObject): Counterpart {
  const isEmpty = Object.keys(properties).length === 0;
  const data = given({ action: name, properties: isEmpty ? undefined : properties });
  return { type: types.actionTracked, data, taken: new Set(Object.keys(properties)) };
}

function whole(type: Counterpart['type'], data: JsonObject): Counterpart {
  return { type, data: given(data), taken: new Set() };
}

function idText(value: unknown): string | undefined {
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : undefined;
}

function textRule(value: unknown): string {
  return value === undefined ? 'is required' : 'must be text';
}

/** Whom the event is about, and what the message says beyond the data of its counterpart. */
function trackedOf(
  { messageId, userId, anonymousId, context, body }: SegmentMessage,
  { data, taken }: Counterpart,
): { readonly subject: string; readonly tracked?: JsonObject } {
  const subject = anonymousId ?? userId ?? ''; // one of them is there
  const page = objectOf(context.page);
  const left = Object.entries(propertiesOf(body)).filter(([name, value]) => !taken.has(name) && value !== page[name]);
  const isSaid = Object.keys(data).some(name => name === 'userId' || name === 'anonymousId');
  const tracked = given({
    messageId,
    userId: isSaid || userId === subject ? undefined : userId,
    anonymousId: isSaid || anonymousId === subject ? undefined : anonymousId,
    properties: left.length > 0 ? Object.fromEntries(left) : undefined,
    context: Object.keys(context).length > 0 ? context : undefined,
  });
  return Object.keys(tracked).length > 0 ? { subject, tracked } : { subject };
}

const LIBRARY = /^[\w.@/-]{1,100}$/;

/** Which library sent it. */
function sourceOf(context: JsonObject): string {
  const { name } = objectOf(context.library);
  return `urn:segment:${typeof name === 'string' && LIBRARY.test(name) ? name : 'unknown'}`;
}

const YEAR_10000_MS = Date.UTC(10_000, 0);

function isWritable(timeMs: number): boolean {
  return timeMs >= 0 && timeMs < YEAR_10000_MS;
}
