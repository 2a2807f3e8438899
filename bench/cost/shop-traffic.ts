/**
 * Events of a shop as the cost model assumes them: many visitors in the middle of their visits, few of whom buy. The demo's
 * visitors buy so often that there is something to see; a bill is made of page views.
 */
import { between, newUlid, pick, seededRandom } from '../../core/index.ts';
import {
  shopCountries,
  shopCurrency,
  shopPages,
  shopProducts,
  shopSearches,
} from '../../domains/behaviour/demo/shop.ts';
import { behaviourEventTypes as types } from '../../domains/behaviour/events/event-types.ts';

export interface ShopOptions {
  readonly seed: number;
  /** How many visitors are under way at a time. */
  readonly visitors: number;
  readonly eventsPerVisit: number;
  /** Of the visits. */
  readonly cartShare: number;
  /** Of the visits; at most `cartShare`. */
  readonly purchaseShare: number;
  /** Of the JSON of an event as it is sent. */
  readonly eventBytes: number;
}

interface Visit {
  readonly id: string;
  /** Events that are left. */
  left: number;
  /** When something goes into the cart, by the events that are left then. */
  readonly cartAt: number | undefined;
  readonly buys: boolean;
}

export interface ShopEvent {
  readonly subject: string;
  /** The event as it is sent at a moment, epoch ms. */
  at(nowMs: number): object;
}

export interface ShopPlan {
  /** An event of each visitor whose visit had begun before, to be sent first. */
  readonly opening: readonly ShopEvent[];
  readonly events: readonly ShopEvent[];
}

/** The next `count` events, the same for the same options. */
export function planShop(options: ShopOptions, count: number): ShopPlan {
  const random = seededRandom(options.seed);
  let born = 0;
  const newVisit = (): Visit => {
    born += 1;
    const { eventsPerVisit, cartShare, purchaseShare } = options;
    const chance = random();
    return {
      id: `visitor-${options.seed}-${born}`,
      left: eventsPerVisit,
      cartAt: chance < cartShare ? between(random, 2, Math.max(2, Math.floor(eventsPerVisit / 2))) : undefined,
      buys: chance < purchaseShare,
    };
  };
  const visits = Array.from({ length: options.visitors }, newVisit);
  for (const visit of visits) visit.left = between(random, 1, options.eventsPerVisit);
  const begun = new Set(visits.filter(({ left }) => left < options.eventsPerVisit).map(({ id }) => id));
  const opening: ShopEvent[] = [];
  const events: ShopEvent[] = [];
  while (events.length < count) {
    const index = between(random, 0, visits.length - 1);
    const visit = visits[index] ?? newVisit();
    if (begun.delete(visit.id)) opening.push(shopEvent(random, options, { subject: visit.id, ...page(random) }));
    events.push(shopEvent(random, options, { subject: visit.id, ...stepOf(random, visit) }));
    visit.left -= 1;
    if (visit.left === 0) visits[index] = newVisit();
  }
  return { opening, events };
}

interface Step {
  readonly type: string;
  readonly data: object;
}

function stepOf(random: () => number, visit: Visit): Step {
  if (visit.left === visit.cartAt) {
    const { product, unitPrice } = pick(random, shopProducts);
    return {
      type: types.cartItemAdded,
      data: { product, unitPrice, quantity: between(random, 1, 6), currency: shopCurrency },
    };
  }
  if (visit.left === 1 && visit.buys) return purchase(random, visit.id);
  const chance = random();
  if (chance < 0.5) return page(random);
  if (chance < 0.85) {
    return { type: types.productViewed, data: { ...pick(random, shopProducts), currency: shopCurrency } };
  }
  return {
    type: types.searchPerformed,
    data: { query: pick(random, shopSearches), results: between(random, 0, 40) },
  };
}

function page(random: () => number): Step {
  return { type: types.pageViewed, data: { url: pick(random, shopPages), dwellMs: between(random, 500, 60_000) } };
}

function purchase(random: () => number, invoice: string): Step {
  const lines = Array.from({ length: 2 }, () => {
    const { product, unitPrice } = pick(random, shopProducts);
    return { product, unitPrice, quantity: between(random, 1, 3) };
  });
  return {
    type: types.purchaseCompleted,
    data: { invoice, lines, currency: shopCurrency, country: pick(random, shopCountries) },
  };
}

function shopEvent(random: () => number, { eventBytes }: ShopOptions, step: Step & { subject: string }): ShopEvent {
  const { subject, type, data } = step;
  const at = (nowMs: number) => {
    const event = {
      specversion: '1.0',
      id: newUlid(nowMs, random),
      source: 'https://shop.example/web',
      type,
      subject,
      time: new Date(nowMs).toISOString(),
      datacontenttype: 'application/json',
      data,
    };
    // what else producers send along: device, campaign, experiment
    const missing = eventBytes - JSON.stringify({ ...event, context: '' }).length;
    return missing > 0 ? { ...event, context: 'x'.repeat(missing) } : event;
  };
  return { subject, at };
}
