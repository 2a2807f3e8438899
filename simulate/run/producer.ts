/** Producers as they should be: each sends one request at a time, and sends again what was not answered for good. */
import type { HttpResponse } from '../../local/cloud/service.ts';
import type { Clock } from '../../local/time/clock.ts';
import type { Booking, SentEvent } from '../plan/simulation-plan.ts';

/** What became of one event that was sent. */
export interface EventAnswer {
  readonly sent: SentEvent;
  readonly status: 'accepted' | 'quarantined' | 'refused';
}

export interface BookingAnswer {
  readonly booking: Booking;
  readonly status: number;
}

/** Everything that producers were told. */
export interface Answers {
  readonly events: EventAnswer[];
  readonly bookings: BookingAnswer[];
  /** Requests that were given up without an answer for good. */
  readonly givenUp: string[];
}

export interface ProducerOptions {
  readonly clock: Clock;
  readonly post: (path: string, contentType: string, body: string) => Promise<HttpResponse>;
  readonly answers: Answers;
}

const PAUSE_MS = 2_000;
const TRIES = 1_000;
const BATCH = 'application/cloudevents-batch+json';

interface CollectorAnswer {
  readonly results?: readonly { index: number; status: EventAnswer['status']; problem?: { status: number } }[];
}

/** Sends events until each has been accepted, quarantined, or refused for its own fault. */
export async function sendEvents(
  { clock, post, answers }: ProducerOptions,
  events: readonly SentEvent[],
  onInvalid: 'refuse' | 'quarantine',
): Promise<void> {
  let open = events;
  for (let attempt = 1; open.length > 0; attempt++) {
    const body = JSON.stringify(open.map(({ event }) => event));
    const response = await post(`/events?onInvalid=${onInvalid}`, BATCH, body);
    const { results = [] } = parsed<CollectorAnswer>(response);
    const settled = results.filter(({ status, problem }) => status !== 'refused' || problem?.status !== 503);
    for (const { index, status } of settled) {
      const sent = open[index];
      if (sent) answers.events.push({ sent, status });
    }
    const done = new Set(settled.map(({ index }) => index));
    open = open.filter((_, index) => !done.has(index));
    if (open.length === 0) return;
    if (attempt === TRIES) {
      answers.givenUp.push(`${open.length} events after ${TRIES} tries: ${response.status}`);
      return;
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Sends a booking until it has been taken or refused. */
export async function sendBooking({ clock, post, answers }: ProducerOptions, booking: Booking): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { status } = await post('/trips', 'application/json', JSON.stringify(booking));
    if (status < 500 && status !== 429) {
      answers.bookings.push({ booking, status });
      return;
    }
    await clock.sleep(PAUSE_MS);
  }
  answers.givenUp.push(`booking ${booking.tripId} after ${TRIES} tries`);
}

function parsed<Answer>(response: HttpResponse): Partial<Answer> {
  try {
    return JSON.parse(String(response.body)) as Answer; // the collector's own words, or nothing of use
  } catch {
    return {};
  }
}
