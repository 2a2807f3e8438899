/**
 * Traffic of a shop for demos and load: an endless stream of events of many visitors side by side, the same for the same
 * seed and clock.
 *
 * Each visitor lives on a timeline of their own that begins a few days ago, so that pauses of hours, new sessions and
 * carts left behind happen within seconds of real time. Who has caught up with the clock is replaced by a new visitor.
 * A stated share of the events is sent twice, and a stated share is malformed: both on purpose.
 */
import { between, type CloudEvent, newUlid, pick, seededRandom } from '../../../core/index.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';
import { type VisitStep, visitPlan } from './visit-plan.ts';

export interface TrafficOptions {
  readonly seed: number;
  /** How many visitors are under way at a time. */
  readonly visitors: number;
  /** The present, epoch ms: no event is later. */
  readonly now: () => number;
  /** Share of events that are sent again with the same id. @default 0.01 */
  readonly duplicateShare?: number;
  /** Share of events that break their contract. @default 0.005 */
  readonly malformedShare?: number;
}

/** One thing to send. */
export interface TrafficItem {
  /** Whose it is: items of one visitor are to be sent in order. */
  readonly subject: string;
  readonly event: unknown;
  readonly kind: 'valid' | 'duplicate' | 'malformed';
}

interface Visitor {
  readonly id: string;
  timeMs: number;
  steps: VisitStep[];
  invoices: number;
  last?: CloudEvent;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SOURCE = 'https://shop.example/web';

/** Visitors' traffic, without end. */
export function* visitorTraffic(options: TrafficOptions): Generator<TrafficItem, never> {
  const random = seededRandom(options.seed);
  const { visitors: count, duplicateShare = 0.01, malformedShare = 0.005 } = options;
  const run = newUlid(options.now(), random).slice(-6).toLowerCase(); // tells the visitors of two runs apart
  let born = 0;
  const newVisitor = (): Visitor => {
    born += 1;
    const timeMs = options.now() - between(random, DAY_MS, 5 * DAY_MS);
    return { id: `visitor-${run}-${born}`, timeMs, steps: [], invoices: 0 };
  };
  const visitors = Array.from({ length: count }, newVisitor);
  while (true) {
    const index = between(random, 0, count - 1);
    const visitor = visitors[index] ?? newVisitor();
    const subject = visitor.id;
    const chance = random();
    if (visitor.last && chance < duplicateShare) {
      yield { subject, event: visitor.last, kind: 'duplicate' };
    } else if (chance < duplicateShare + malformedShare) {
      const timeMs = Math.min(visitor.timeMs, options.now());
      yield {
        subject,
        event: malformedEvent(random, eventOf(random, { ...visitor, timeMs }, PLAIN)),
        kind: 'malformed',
      };
    } else if (visitor.timeMs > options.now() - MINUTE_MS) {
      visitors[index] = newVisitor();
    } else {
      visitor.last = nextEvent(random, visitor);
      yield { subject, event: visitor.last, kind: 'valid' };
    }
  }
}

const PLAIN: VisitStep = { type: types.pageViewed, data: { url: '/' } };

/** The visitor's next event; plans another visit, after a pause, when the last one is over. */
function nextEvent(random: () => number, visitor: Visitor): CloudEvent {
  if (visitor.steps.length === 0) {
    visitor.invoices += 1;
    visitor.steps = visitPlan(random, `${visitor.id.slice('visitor-'.length)}-${visitor.invoices}`);
  }
  const event = eventOf(random, visitor, visitor.steps.shift() ?? PLAIN);
  const pauseMs = visitor.steps.length > 0 ? between(random, 500, MINUTE_MS) : between(random, 35, 480) * MINUTE_MS;
  visitor.timeMs += pauseMs;
  return event;
}

function eventOf(random: () => number, visitor: Visitor, { type, data }: VisitStep): CloudEvent {
  return {
    specversion: '1.0',
    id: newUlid(visitor.timeMs, random),
    source: SOURCE,
    type,
    subject: visitor.id,
    time: new Date(visitor.timeMs).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}

/** The same event, broken in one of the ways in which producers break them. */
function malformedEvent(random: () => number, event: CloudEvent): unknown {
  const { subject: _subject, ...withoutSubject } = event;
  return pick<unknown>(random, [
    withoutSubject,
    { ...event, id: 'order-17' },
    { ...event, type: 'behaviour.page.seen.v1' },
    { ...event, time: 'yesterday' },
    { ...event, data: {} },
    {
      ...event,
      type: types.cartItemAdded,
      data: { product: 'tea-set', quantity: 0, unitPrice: 24.95, currency: 'GBP' },
    },
  ]);
}
