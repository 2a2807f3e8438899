import type { JsonObject } from '../../cloud/service.ts';
import type { BusEvent } from './bus-event.ts';

/**
 * Events that go from bus to bus. They pass through `PutEvents`, so that permissions and faults apply, but keep their id,
 * account and source (recorded from AWS): the entry of the call stands for the event itself.
 */
const EVENTS = new WeakMap<object, BusEvent>();

/** The entry by which an event is put on another bus. */
export function forwardedEntry(event: BusEvent, busArn: string): JsonObject {
  const entry: JsonObject = {
    EventBusName: busArn,
    Source: event.source,
    DetailType: event.detailType,
    Detail: event.detail,
    Resources: event.resources,
    Time: event.timeMs / 1000,
  };
  EVENTS.set(entry, event);
  return entry;
}

/** The event that an entry stands for, when it comes from another bus. */
export function forwardedEvent(entry: object): BusEvent | undefined {
  return EVENTS.get(entry);
}
