import type { JsonObject } from '../../cloud/service.ts';

/** What an event is made of. */
export interface EventMembers {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  readonly account: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly timeMs: number;
  readonly region: string;
  readonly resources: readonly string[];
  /** Compact JSON text. */
  readonly detail: string;
  readonly ingestedMs: number;
  /** Set while the event is replayed from an archive. */
  readonly replayName?: string;
}

/** An event as a bus accepted it. */
export interface BusEvent extends EventMembers {
  /** The envelope as compact JSON text, in AWS's order: what rules match and targets receive. */
  readonly json: string;
}

export function busEvent(members: EventMembers): BusEvent {
  return { ...members, json: envelope(members) };
}

/** The members alone, without what can be made of them. */
export function eventMembers({ json: _, ...members }: BusEvent): EventMembers {
  return members;
}

function envelope(event: EventMembers): string {
  const replay = event.replayName === undefined ? '' : `,"replay-name":${JSON.stringify(event.replayName)}`;
  const { id, account, region, resources } = event;
  const head = JSON.stringify({
    version: '0',
    id,
    'detail-type': event.detailType,
    source: event.source,
    account,
    time: isoSeconds(event.timeMs),
    region,
    resources,
  });
  return `${head.slice(0, -1)},"detail":${event.detail}${replay}}`;
}

/** The envelope that `<aws.events.event>` stands for: without detail, and with `detailType` (recorded from AWS). */
export function eventWithoutDetail(event: BusEvent): JsonObject {
  const { id, account, detailType, source, region, resources } = event;
  return { id, account, detailType, time: isoSeconds(event.timeMs), source, region, resources, version: '0' };
}

/** An instant as EventBridge writes it: `2026-01-01T00:00:00Z`. */
export function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
