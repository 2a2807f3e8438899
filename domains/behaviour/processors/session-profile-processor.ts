import { defineProcessor, type Evolved, type FoldProcessor, foldProcessor, parseRfc3339 } from '../../../core/index.ts';
import { amountMilli, exactSum } from '../aggregates/amount-milli.ts';
import { addToCart } from '../aggregates/open-cart.ts';
import { emptyProfile, type OpenCart, type SessionProfile } from '../aggregates/session-profile.ts';
import type { BehaviourEvent, BehaviourFact } from '../events/behaviour-event.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';
import { behaviourIngestContracts } from '../events/ingest-contracts.ts';
import { cartAbandoned, type PurchaseLine, purchaseLines, purchasesMade, sessionStarted } from './behaviour-facts.ts';
import { openCartAttributes } from './open-cart-index.ts';

const MINUTE_MS = 60_000;
/** What is read of every event that may begin a session, and say so. */
const ARRIVAL = ['id', 'subject', 'time', 'tenantid', 'correlationid', 'traceparent'] as const;

export interface SessionProfileOptions {
  /** A longer pause in event time begins a new session. */
  readonly sessionGapMs: number;
}

/** Folds what visitors do into their profiles, and says when sessions begin, carts are left and purchases are made. */
export const sessionProfile = defineProcessor({
  name: 'session-profile',
  description: 'Folds the events of each visitor into a session profile, with the facts that follow',
  guarantee: 'fold',
  accepts: behaviourIngestContracts,
  readsFields: {
    [types.pageViewed]: ARRIVAL,
    [types.searchPerformed]: ARRIVAL,
    [types.productViewed]: ARRIVAL,
    [types.cartItemAdded]: [
      ...ARRIVAL,
      'ingestedtime',
      'data.product',
      'data.quantity',
      'data.unitPrice',
      'data.currency',
    ],
    [types.purchaseCompleted]: [
      ...ARRIVAL,
      'data.invoice',
      'data.product',
      'data.quantity',
      'data.unitPrice',
      'data.lines[].product',
      'data.lines[].quantity',
      'data.lines[].unitPrice',
      'data.currency',
      'data.country',
    ],
    [types.screenViewed]: ARRIVAL,
    [types.actionTracked]: ARRIVAL,
    [types.visitorIdentified]: ['subject'],
    [types.visitorGrouped]: ['subject'],
    [types.visitorAliased]: ['subject'],
  },
  settings: ['sessionGapMinutes'],
  keyAttribute: 'visitorId',
  emits: true,
  initialState: emptyProfile,
  evolve: (profile, event, { sessionGapMinutes }) =>
    evolveProfile(profile, event, { sessionGapMs: sessionGapMinutes * MINUTE_MS }),
  attributes: openCartAttributes,
  changedByTime: ['abandonedCarts', 'cart', 'cartWatchedSinceMs'],
});

/** The processor with its options. */
export function sessionProfileProcessor(options: SessionProfileOptions): FoldProcessor<SessionProfile, BehaviourEvent> {
  return foldProcessor(sessionProfile, { sessionGapMinutes: options.sessionGapMs / MINUTE_MS });
}

/** The next profile and the facts that one event brings about. */
export function evolveProfile(
  profile: SessionProfile,
  event: BehaviourEvent,
  options: SessionProfileOptions,
): Evolved<SessionProfile> {
  if (!isVisit(event)) return { state: { ...profile, events: profile.events + 1 }, emitted: [] };
  const eventMs = parseRfc3339(event.time) ?? 0; // the envelope has been parsed: the time is RFC 3339
  const arrived = arrive(profile, event, eventMs, options);
  const effect = applyEvent(arrived.state, event, eventMs);
  if (arrived.emitted.length === 0) return effect; // nearly always
  return { state: effect.state, emitted: [...arrived.emitted, ...effect.emitted] };
}

/** Whether the visitor was there: what is learned of them may be sent by night, by a server. */
function isVisit(event: BehaviourEvent): event is Visit {
  return !(LEARNED as readonly string[]).includes(event.type);
}

const LEARNED = [types.visitorIdentified, types.visitorGrouped, types.visitorAliased] as const;
type Visit = Exclude<BehaviourEvent, { readonly type: (typeof LEARNED)[number] }>;

/** Counts the event and places it in a session (invariants 1 and 2 of the profile). */
function arrive(
  profile: SessionProfile,
  event: Visit,
  eventMs: number,
  { sessionGapMs }: SessionProfileOptions,
): Evolved<SessionProfile> {
  const counted: SessionProfile = {
    ...profile,
    events: profile.events + 1,
    firstSeenAtMs: profile.events === 0 ? eventMs : Math.min(profile.firstSeenAtMs, eventMs),
    lastSeenAtMs: profile.events === 0 ? eventMs : Math.max(profile.lastSeenAtMs, eventMs),
  };
  const { session } = profile;
  if (session && eventMs - session.lastEventAtMs <= sessionGapMs) {
    const lastEventAtMs = Math.max(session.lastEventAtMs, eventMs);
    return { state: { ...counted, session: { ...session, lastEventAtMs, events: session.events + 1 } }, emitted: [] };
  }
  const left = abandonCart(counted);
  const visits = counted.visits + 1;
  const begun = { id: event.id, startedAtMs: eventMs, lastEventAtMs: eventMs, events: 1 };
  return {
    state: { ...left.state, visits, session: begun },
    emitted: [...left.emitted, sessionStarted(event, visits, eventMs)],
  };
}

/** Gives up the open cart, if there is one. */
export function abandonCart(profile: SessionProfile): Evolved<SessionProfile> {
  const { cart, ...rest } = profile;
  if (!cart) return { state: profile, emitted: [] };
  const state = { ...rest, abandonedCarts: rest.abandonedCarts + 1 };
  return { state, emitted: [cartAbandoned(profile.visitorId, cart)] };
}

function applyEvent(profile: SessionProfile, event: Visit, eventMs: number): Evolved<SessionProfile> {
  switch (event.type) {
    case types.pageViewed:
      return { state: { ...profile, pages: profile.pages + 1 }, emitted: [] };
    case types.searchPerformed:
      return { state: { ...profile, searches: profile.searches + 1 }, emitted: [] };
    case types.productViewed:
      return { state: { ...profile, products: profile.products + 1 }, emitted: [] };
    case types.cartItemAdded:
      return { state: withCart(profile, addToCart(profile.cart, event, eventMs)), emitted: [] };
    case types.purchaseCompleted: {
      const lines = purchaseLines(event.data);
      const emitted: BehaviourFact[] = purchasesMade(event, lines, eventMs);
      return { state: applyPurchase(profile, lines), emitted };
    }
    case types.screenViewed:
    case types.actionTracked:
      return { state: profile, emitted: [] };
  }
}

function withCart(profile: SessionProfile, cart: OpenCart): SessionProfile {
  return { ...profile, cart, cartWatchedSinceMs: profile.cartWatchedSinceMs ?? cart.idleSinceMs };
}

/** Buying anything pays the cart; a return leaves it open. */
function applyPurchase(profile: SessionProfile, lines: readonly PurchaseLine[]): SessionProfile {
  const { cart, ...rest } = profile;
  const purchases = lines.reduce(
    (totals, line) => ({
      lines: totals.lines + 1,
      quantity: exactSum(totals.quantity, line.quantity),
      amountMilli: exactSum(totals.amountMilli, amountMilli(line.unitPrice, line.quantity)),
    }),
    profile.purchases,
  );
  const bought = lines.some(line => line.quantity > 0);
  return cart && !bought ? { ...rest, cart, purchases } : { ...rest, purchases };
}
