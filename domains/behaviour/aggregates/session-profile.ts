/**
 * The profile of one visitor: what the fold of all their events gives. Its size is bounded: counters, the current
 * session, and an open cart of at most `MAX_CART_PRODUCTS` different products (the rest is counted together).
 *
 * 1. Sessions are cut by event time: a pause longer than the gap begins a new one. An event that is late belongs to
 *    the current session; it never begins one.
 * 2. A cart is open from the first product until a purchase. When a new session finds it open, it was abandoned.
 * 3. Amounts are exact whole numbers of thousandths.
 */

/** One product in the cart. */
export interface CartItem {
  readonly product: string;
  readonly quantity: number;
  readonly amountMilli: number;
}

/** A cart that is not paid yet. */
export interface OpenCart {
  /** Id of the event that opened it: the cart's identity. */
  readonly id: string;
  readonly openedAtMs: number;
  /** Event time of the last product added. */
  readonly touchedAtMs: number;
  /** When the collector took that event: the sweeper goes by it, for "never comes back" is said in our time. */
  readonly idleSinceMs: number;
  /** Id and correlation of the last event that touched it. */
  readonly touchedBy: string;
  readonly correlationId: string;
  readonly currency: string;
  readonly items: readonly CartItem[];
  /** Pieces and amount of products beyond the listed ones. */
  readonly others: { readonly products: number; readonly quantity: number; readonly amountMilli: number };
}

export interface CurrentSession {
  /** Id of the event that began it. */
  readonly id: string;
  readonly startedAtMs: number;
  readonly lastEventAtMs: number;
  readonly events: number;
}

export interface SessionProfile {
  readonly visitorId: string;
  /** Sessions begun so far. */
  readonly visits: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly events: number;
  readonly pages: number;
  readonly searches: number;
  readonly products: number;
  readonly abandonedCarts: number;
  /** Absent or undefined before the first one. */
  readonly session?: CurrentSession | undefined;
  /** Absent or undefined when nothing is in it. */
  readonly cart?: OpenCart | undefined;
  /** Since when the sweeper has a cart of theirs to look at, in our time: not after the cart was last touched. */
  readonly cartWatchedSinceMs?: number | undefined;
  readonly purchases: { readonly lines: number; readonly quantity: number; readonly amountMilli: number };
}

/** Different products that a cart lists; further ones are counted together. */
export const MAX_CART_PRODUCTS = 50;

/** The profile of a visitor of whom nothing is known. */
export function emptyProfile(visitorId: string): SessionProfile {
  return {
    visitorId,
    visits: 0,
    firstSeenAtMs: 0,
    lastSeenAtMs: 0,
    events: 0,
    pages: 0,
    searches: 0,
    products: 0,
    abandonedCarts: 0,
    purchases: { lines: 0, quantity: 0, amountMilli: 0 },
  };
}

const PROFILE_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(emptyProfile('')),
  'session',
  'cart',
  'cartWatchedSinceMs',
]);

/** Whether a profile has no members besides those that are known here. */
export function hasOnlyProfileNames(profile: SessionProfile): boolean {
  for (const name in profile) if (!PROFILE_NAMES.has(name)) return false;
  return true;
}
