/** The traffic of a seed, and what else happens around it: few visitors and trips, but everything that is awkward. */
import { between, type CloudEvent, newUlid, pick } from '../../core/index.ts';
import { type TrafficItem, visitorTraffic } from '../../domains/behaviour/demo/visitor-traffic.ts';
import { behaviourEventTypes as types } from '../../domains/behaviour/events/event-types.ts';
import { type DemoBooking, tripBookings } from '../../domains/travel/demo/trip-bookings.ts';
import { type SentEvent, START_MS, type Step } from './simulation-plan.ts';

const TRAFFIC_MS = 60_000;
const PRODUCERS = ['web', 'app', 'till'] as const;
const LARGEST_REQUEST = 9;
const LONGEST_JUMP_MS = 90_000;
const BROKEN_VISITOR = 'visitor-broken';
const DIRECT_VISITOR = 'visitor-direct';

type Random = () => number;

export function generateSteps(random: Random): Step[] {
  const steps = [
    ...eventSteps(random),
    ...bookingSteps(random),
    ...times(between(random, 0, 3), () => poisonRecord(random)),
    ...directEvents(random),
    ...times(between(random, 0, 2), () => reshard(random)),
    ...(random() < 0.3 ? [jump(random)] : []),
    ...(random() < 0.3 ? [{ kind: 'recycle' as const, atMs: moment(random) }] : []),
  ];
  return steps.sort((a, b) => a.atMs - b.atMs);
}

function eventSteps(random: Random): Step[] {
  const traffic = visitorTraffic({
    seed: Math.floor(random() * 2 ** 32),
    visitors: between(random, 3, 7),
    now: () => START_MS,
    duplicateShare: 0.08,
    malformedShare: 0.04,
  });
  const items = times(between(random, 40, 80), () => traffic.next().value);
  if (random() < 0.4) items.splice(between(random, 10, 35), 0, ...brokenVisits(random));
  if (random() < 0.5) items.push(...conflicts(random, items));
  const steps: Step[] = [];
  for (const producer of PRODUCERS) {
    const own = items.filter(({ subject }) => producer === producerOf(subject));
    const moments = times(own.length, () => moment(random)).sort((a, b) => a - b);
    for (let from = 0; from < own.length; ) {
      const size = between(random, 1, LARGEST_REQUEST);
      const events = own.slice(from, from + size).map(sentEvent);
      const onInvalid = random() < 0.6 ? 'quarantine' : 'refuse';
      steps.push({ kind: 'events', atMs: moments[from] ?? 0, producer, onInvalid, events });
      from += size;
    }
  }
  return steps;
}

function sentEvent({ event, kind }: TrafficItem): SentEvent {
  return { event, valid: kind !== 'malformed' };
}

function producerOf(subject: string): (typeof PRODUCERS)[number] {
  const sum = [...subject].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return PRODUCERS[sum % PRODUCERS.length] ?? 'web';
}

/** Events of one visitor of which one keeps its contract and cannot be folded all the same: its sum is beyond exact. */
function brokenVisits(random: Random): TrafficItem[] {
  const count = between(random, 3, 7);
  const bad = between(random, 0, count - 1);
  return times(count, index => {
    const timeMs = START_MS - (count - index) * 60_000;
    const line = { product: 'gold', quantity: 1_000_000, unitPrice: 1_000_000 };
    const plain = pageView(random, BROKEN_VISITOR, timeMs);
    const purchase = { type: types.purchaseCompleted, data: { lines: times(10, () => line), currency: 'GBP' } };
    return { subject: BROKEN_VISITOR, event: index === bad ? { ...plain, ...purchase } : plain, kind: 'valid' };
  });
}

function pageView(random: Random, subject: string, timeMs: number): CloudEvent {
  return {
    specversion: '1.0',
    id: newUlid(timeMs, random),
    source: 'https://shop.example/web',
    type: types.pageViewed,
    subject,
    time: new Date(timeMs).toISOString(),
    datacontenttype: 'application/json',
    data: { url: `/${between(random, 1, 9)}` },
  };
}

/** Events of a producer that writes to the stream itself; now and then it writes one twice. */
function directEvents(random: Random): Step[] {
  const events = times(between(random, 0, 8), index =>
    pageView(random, DIRECT_VISITOR, START_MS - between(random, 0, 3) * 3_600_000 + index),
  );
  return events.flatMap((event): Step[] => {
    const once: Step = { kind: 'direct-event', atMs: moment(random), event };
    return random() < 0.2 ? [once, { ...once, atMs: moment(random) }] : [once];
  });
}

/** The id of an event that was sent, with another content. */
function conflicts(random: Random, items: readonly TrafficItem[]): TrafficItem[] {
  const valid = items.filter(({ kind }) => kind === 'valid');
  return times(between(random, 1, 2), () => {
    const { subject, event } = pick(random, valid);
    const original = event as CloudEvent<object>; // a valid event of the traffic
    const other = { ...original, type: types.pageViewed, data: { url: `/other/${between(random, 1, 1000)}` } };
    return { subject, event: other, kind: 'duplicate' };
  });
}

function bookingSteps(random: Random): Step[] {
  const bookings = tripBookings({
    seed: Math.floor(random() * 2 ** 32),
    now: () => START_MS,
    declinedShare: 0.2,
    soldOutShare: 0.25,
    duplicateShare: 0.2,
  });
  return times(between(random, 2, 4), index => {
    const { body }: DemoBooking = bookings.next().value;
    return { kind: 'booking', atMs: moment(random), producer: `desk-${index % 2}`, booking: body };
  });
}

function poisonRecord(random: Random): Step {
  const text = pick(random, [
    'not json at all',
    '{"half": ',
    '[]',
    '42',
    '{"specversion":"1.0"}',
    '{"specversion":"1.0","id":"01KE6RW4R00000000000000000","source":"urn:x","type":"behaviour.page.seen.v1","subject":"visitor-x","time":"2026-01-05T08:00:00Z","datacontenttype":"application/json","data":{}}',
  ]);
  return { kind: 'poison-record', atMs: moment(random), partitionKey: `poison-${between(random, 1, 50)}`, text };
}

function reshard(random: Random): Step {
  const kind = random() < 0.6 ? 'split-shard' : 'merge-shards';
  return { kind, atMs: moment(random), shard: between(random, 0, 5) };
}

function jump(random: Random): Step {
  return { kind: 'jump', atMs: moment(random), byMs: between(random, -LONGEST_JUMP_MS, LONGEST_JUMP_MS) };
}

function moment(random: Random): number {
  return between(random, 0, TRAFFIC_MS);
}

function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
