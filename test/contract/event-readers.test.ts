/** Consumers and processors against the contracts: what they say they read is there, and they read nothing else. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fakeEvents } from '../../cli/schemas/fake-events.ts';
import { hasHistory, versionsUpTo, workingSchemas } from '../../cli/schemas/schema-files.ts';
import { type CloudEvent, checkReads, eventVersions, parseEventType, readersOf } from '../../core/index.ts';
import { emptyProfile } from '../../domains/behaviour/aggregates/session-profile.ts';
import type { BehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import type { PurchaseMade } from '../../domains/behaviour/events/generated/data-types.ts';
import { evolveProfile } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { salesByDay } from '../../domains/behaviour/projections/daily-sales.ts';
import { eventFlow } from '../../domains/event-flow.ts';
import { SAGA_SOURCE, travelFlow } from '../../domains/travel/event-flow.ts';
import type { BookingRequestedFact, TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { tripChange } from '../../domains/travel/projections/trip-view.ts';
import { sagaInput } from '../../domains/travel/saga/saga-input.ts';

const working = await workingSchemas();
const remembered = (await hasHistory())
  ? (await Promise.all(working.map(({ file }) => versionsUpTo('HEAD', file)))).flat()
  : [];
/** Every version of every type: those that were committed, and those of this checkout. */
const versions = [
  ...new Map(
    eventVersions([...remembered, ...working.map(({ schema }) => schema)]).map(each => [
      `${each.type} ${each.version}`,
      each,
    ]),
  ).values(),
];
const readers = readersOf(eventFlow);

/** What each does with an event, as far as it looks into it. */
const READING: Readonly<Record<string, (event: CloudEvent) => unknown>> = {
  'session-profile': event => evolveProfile(emptyProfile(event.subject), event as BehaviourEvent, { sessionGapMs: 1 }),
  'sales-projector': event => [event.id, salesByDay([event.data as PurchaseMade])],
  'trip-projector': event => [tripChange(event as TravelFact), (event as TravelFact).data.tripId],
  'saga-starter': event => sagaInput(event as BookingRequestedFact),
};

describe('consumers and processors', () => {
  it('are all known here', () => {
    expect(readers.map(({ name }) => name).sort()).toEqual(Object.keys(READING).sort());
  });

  it.each(readers)('$name: reads what every version has', reader => {
    expect(checkReads(reader, { versions })).toEqual([]);
  });

  it.each(readers)('$name: takes events of every version that it reads, and reads nothing else in them', reader => {
    const reading = READING[reader.name];
    const own = versions.filter(({ type }) => type in reader.readsFields);
    expect(own.length).toBeGreaterThan(0);
    for (const { type, schema } of own) {
      const read = new Set<string>();
      for (const event of fakeEvents(schema, { count: 40, seed: 11, startMs: Date.UTC(2026, 0, 1), subjects: 3 })) {
        JSON.stringify(reading?.(watched(event, '', read))); // what is passed on is read as well
      }
      const declared = reader.readsFields[type] ?? [];
      const undeclared = [...read].filter(
        field => field !== 'type' && !declared.some(each => isInside(field, each) || isInside(each, field)),
      );
      expect(undeclared, `${reader.name} reads of ${type}`).toEqual([]);
      const unread = declared.filter(each => ![...read].some(field => isInside(field, each)));
      expect(unread, `${reader.name} never reads of ${type}`).toEqual([]);
    }
  });
});

describe('producers', () => {
  it('publish types that there are, of their own domain, one source for each', () => {
    for (const { source, publishes } of eventFlow.producers) {
      for (const type of publishes) {
        expect(versions.map(version => version.type)).toContain(type);
        expect(source).toContain(`.${parseEventType(type)?.domain}.`);
      }
    }
    const all = eventFlow.producers.flatMap(({ publishes }) => publishes);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the saga', () => {
  it('records its facts under the types and the source that the flow names', () => {
    const text = readFileSync(new URL('../../statemachines/trip-booking.asl.json', import.meta.url), 'utf8');
    const recorded = Array.from(text.matchAll(/'source': '([^']+)', 'type': '([^']+)'/g), ([, source, type]) => [
      source,
      type,
    ]);
    const named = travelFlow.producers
      .filter(({ source }) => source === SAGA_SOURCE)
      .flatMap(({ publishes }) => publishes);
    expect(new Set(recorded.map(([, type]) => type))).toEqual(new Set(named));
    expect(new Set(recorded.map(([source]) => source))).toEqual(new Set([SAGA_SOURCE]));
  });
});

/** The same value; the path of every text, number, boolean and absence that is taken from it is remembered. */
function watched<Value>(value: Value, path: string, read: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, name) {
      const inner: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || typeof inner === 'function' || name === 'toJSON') return inner;
      if (Array.isArray(target) && name === 'length') return inner;
      const here = Array.isArray(target) ? `${path}[]` : path === '' ? name : `${path}.${name}`;
      if (typeof inner !== 'object' || inner === null) read.add(here);
      return watched(inner, here, read);
    },
  });
}

function isInside(field: string, declared: string): boolean {
  return field === declared || field.startsWith(`${declared}.`) || field.startsWith(`${declared}[`);
}
