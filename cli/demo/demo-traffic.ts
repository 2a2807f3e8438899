/** The demo: visitors of a shop at a given rate, and bookings beside them, sent over HTTP as any producer would. */
import { type TrafficItem, visitorTraffic } from '../../domains/behaviour/demo/visitor-traffic.ts';
import { type DemoBooking, tripBookings } from '../../domains/travel/demo/trip-bookings.ts';
import { postJson } from '../http-client.ts';
import type { ProducerCounts } from '../run-report.ts';
import { openLanes } from './lanes.ts';

export interface DemoOptions {
  readonly apiUrl: string;
  /** Events per second. */
  readonly rate: number;
  readonly visitors: number;
  readonly seed: number;
  /** Book trips beside them. @default true */
  readonly bookings?: boolean;
  /** How many requests with events are under way at most. @default 16 */
  readonly connections?: number;
  /** How often events are sent: those of one connection that are due together go in one request. @default 20 */
  readonly tickMs?: number;
}

export interface DemoTraffic {
  /** Sends nothing more, waits for the answers that are outstanding, and says what they were. */
  stop(): Promise<ProducerCounts>;
}

const TICK_MS = 20;
/** One booking for so many events, but never more than the second figure per second: a saga is worth many page views. */
const EVENTS_PER_BOOKING = 40;
const MOST_BOOKINGS_PER_SECOND = 10;
/** When so many events wait for their lane, the platform is slower than the rate: wait for it. */
const MOST_WAITING = 20_000;

export function startDemoTraffic(options: DemoOptions): DemoTraffic {
  const { apiUrl, rate, visitors, seed, tickMs = TICK_MS } = options;
  const bookingRate = options.bookings === false ? 0 : Math.min(MOST_BOOKINGS_PER_SECOND, rate / EVENTS_PER_BOOKING);
  const lanes = openLanes(`${apiUrl}/events?onInvalid=quarantine`, options.connections);
  const events = visitorTraffic({ seed, visitors, now: Date.now });
  const bookings = bookingDesk(apiUrl, tripBookings({ seed, now: Date.now }));
  const eventsDue = meter(rate);
  const bookingsDue = meter(bookingRate);
  const timer = setInterval(() => {
    const due = eventsDue();
    if (lanes.waiting < MOST_WAITING) for (let i = 0; i < due; i++) lanes.push(next(events));
    for (let i = bookingsDue(); i > 0; i--) bookings.book();
  }, tickMs);

  let stopped: Promise<ProducerCounts> | undefined;
  const stop = async () => {
    clearInterval(timer);
    await Promise.all([lanes.drain(), bookings.drain()]);
    return { events: lanes.answered.accepted + lanes.answered.quarantined, bookings: bookings.accepted() };
  };
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function next(events: Generator<TrafficItem, never>): TrafficItem {
  return events.next().value;
}

/** How many are due since it was asked last, at `perSecond`. */
function meter(perSecond: number): () => number {
  const startedAtMs = performance.now();
  let given = 0;
  return () => {
    const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perSecond) - given;
    given += due;
    return due;
  };
}

interface BookingDesk {
  book(): void;
  drain(): Promise<void>;
  /** Distinct trips that were answered 202. */
  accepted(): number;
}

function bookingDesk(apiUrl: string, bookings: Generator<DemoBooking, never>): BookingDesk {
  const underWay = new Set<Promise<void>>();
  const trips = new Set<string>();
  const send = async ({ tripId, body }: DemoBooking) => {
    const reply = await postJson(`${apiUrl}/trips`, JSON.stringify(body)).catch(() => undefined);
    if (reply?.status === 202) trips.add(tripId);
  };
  return {
    book() {
      const sending = send(bookings.next().value).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async drain() {
      await Promise.all(underWay);
    },
    accepted: () => trips.size,
  };
}
