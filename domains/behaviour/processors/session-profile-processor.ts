import { defineProcessor, type Evolved, type FoldProcessor, foldProcessor, parseRfc3339 } from '../../../core/index.ts';
import { amountMilli, exactSum } from '../aggregates/amount-milli.ts';
import { addToCart } from '../aggregates/open-cart.ts';
import { emptyProfile, hasOnlyProfileNames, type SessionProfile } from '../aggregates/session-profile.ts';
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

/**
 * The next profile and the facts that one event brings about. The profile is copied once, and the copy is changed until it
 * is handed out: a copy for each step would take longer than all that the steps do.
 */
export function evolveProfile(
  profile: SessionProfile,
  event: BehaviourEvent,
  { sessionGapMs }: SessionProfileOptions,
): Evolved<SessionProfile> {
  const next = draftOf(profile);
  next.events += 1;
  if (!isVisit(event)) return { state: next, emitted: NO_FACTS };
  const eventMs = parseRfc3339(event.time) ?? 0; // the envelope has been parsed: the time is RFC 3339
  const begun = arrive(next, event, { eventMs, sessionGapMs });
  const emitted = applyEvent(next, event, eventMs);
  if (begun.length === 0) return { state: next, emitted };
  return { state: next, emitted: emitted.length === 0 ? begun : [...begun, ...emitted] };
}

type Draft = { -readonly [Name in keyof SessionProfile]: SessionProfile[Name] };

/** The last draft of which is known that it has the members of a profile and no others. */
let lastDraft: SessionProfile | undefined;

/**
 * A copy. It is spelled out, for to spread a profile takes longer than what most events do; but one that was stored may have
 * members that only another version of the code knows, and keeps them.
 */
function draftOf(profile: SessionProfile): Draft {
  if (profile !== lastDraft && !hasOnlyProfileNames(profile)) return { ...profile };
  const draft: Draft = {
    visitorId: profile.visitorId,
    visits: profile.visits,
    firstSeenAtMs: profile.firstSeenAtMs,
    lastSeenAtMs: profile.lastSeenAtMs,
    events: profile.events,
    pages: profile.pages,
    searches: profile.searches,
    products: profile.products,
    abandonedCarts: profile.abandonedCarts,
    purchases: profile.purchases,
    session: profile.session,
    cart: profile.cart,
    cartWatchedSinceMs: profile.cartWatchedSinceMs,
  };
  lastDraft = draft;
  return draft;
}

const NO_FACTS: readonly BehaviourFact[] = [];

/** Whether the visitor was there: what is learned of them may be sent by night, by a server. */
function isVisit(event: BehaviourEvent): event is Visit {
  const { type } = event;
  return type !== types.visitorIdentified && type !== types.visitorGrouped && type !== types.visitorAliased;
}

type Learned = typeof types.visitorIdentified | typeof types.visitorGrouped | typeof types.visitorAliased;
type Visit = Exclude<BehaviourEvent, { readonly type: Learned }>;

/** Places a counted event in a session (invariants 1 and 2 of the profile). @returns what was left and what began with it */
function arrive(
  next: Draft,
  event: Visit,
  { eventMs, sessionGapMs }: SessionProfileOptions & { readonly eventMs: number },
): readonly BehaviourFact[] {
  const isFirst = next.events === 1;
  if (isFirst || eventMs < next.firstSeenAtMs) next.firstSeenAtMs = eventMs;
  if (isFirst || eventMs > next.lastSeenAtMs) next.lastSeenAtMs = eventMs;
  const { session } = next;
  if (session && eventMs - session.lastEventAtMs <= sessionGapMs) {
    const lastEventAtMs = Math.max(session.lastEventAtMs, eventMs);
    next.session = { ...session, lastEventAtMs, events: session.events + 1 };
    return NO_FACTS;
  }
  const left = leaveCart(next);
  next.visits += 1;
  next.session = { id: event.id, startedAtMs: eventMs, lastEventAtMs: eventMs, events: 1 };
  const started = sessionStarted(event, next.visits, eventMs);
  return left.length === 0 ? [started] : [...left, started];
}

/** Gives up the open cart, if there is one. */
export function abandonCart(profile: SessionProfile): Evolved<SessionProfile> {
  const state: Draft = { ...profile };
  return { state, emitted: leaveCart(state) };
}

function leaveCart(next: Draft): readonly BehaviourFact[] {
  const { cart } = next;
  if (!cart) return NO_FACTS;
  next.cart = undefined; // not deleted: the profiles of a visitor keep one shape
  next.abandonedCarts += 1;
  return [cartAbandoned(next.visitorId, cart)];
}

function applyEvent(next: Draft, event: Visit, eventMs: number): readonly BehaviourFact[] {
  switch (event.type) {
    case types.pageViewed:
      next.pages += 1;
      return NO_FACTS;
    case types.searchPerformed:
      next.searches += 1;
      return NO_FACTS;
    case types.productViewed:
      next.products += 1;
      return NO_FACTS;
    case types.cartItemAdded:
      next.cart = addToCart(next.cart, event, eventMs);
      next.cartWatchedSinceMs ??= next.cart.idleSinceMs;
      return NO_FACTS;
    case types.purchaseCompleted: {
      const lines = purchaseLines(event.data);
      applyPurchase(next, lines);
      return purchasesMade(event, lines, eventMs);
    }
    case types.screenViewed:
    case types.actionTracked:
      return NO_FACTS;
  }
}

/** Buying anything pays the cart; a return leaves it open. */
function applyPurchase(next: Draft, bought: readonly PurchaseLine[]): void {
  let { lines, quantity, amountMilli: sumMilli } = next.purchases;
  for (const line of bought) {
    lines += 1;
    quantity = exactSum(quantity, line.quantity);
    sumMilli = exactSum(sumMilli, amountMilli(line.unitPrice, line.quantity));
    if (line.quantity > 0 && next.cart) next.cart = undefined;
  }
  next.purchases = { lines, quantity, amountMilli: sumMilli };
}
