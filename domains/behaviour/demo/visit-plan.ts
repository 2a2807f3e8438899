import { between, pick } from '../../../core/index.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';
import type { CartItemAdded, PurchaseCompleted } from '../events/generated/data-types.ts';
import { shopCountries, shopCurrency, shopPages, shopProducts, shopSearches } from './shop.ts';

/** One step of a visit: an event without its envelope. */
export interface VisitStep {
  readonly type: string;
  readonly data: object;
}

/** How often visits end how. The rest of those with a cart leave it. */
const CART_SHARE = 0.55;
const PURCHASE_SHARE = 0.6;
const RETURN_SHARE = 0.08;

/** What a visitor does in one session: looks around, may fill a cart, may buy, may give something back. */
export function visitPlan(random: () => number, invoice: string): VisitStep[] {
  const steps: VisitStep[] = [page(random)];
  if (random() < 0.5) steps.push(search(random));
  for (let views = between(random, 1, 3); views > 0; views--) steps.push(productView(random));
  if (random() < RETURN_SHARE) steps.push(giveBack(random, invoice));
  if (random() >= CART_SHARE) return steps;
  const items = Array.from({ length: between(random, 1, 3) }, () => cartItem(random));
  steps.push(...items.map(data => ({ type: types.cartItemAdded, data })));
  if (random() < PURCHASE_SHARE) steps.push(purchase(random, invoice, items));
  return steps;
}

function page(random: () => number): VisitStep {
  return { type: types.pageViewed, data: { url: pick(random, shopPages), dwellMs: between(random, 500, 60_000) } };
}

function search(random: () => number): VisitStep {
  const data = { query: pick(random, shopSearches), results: between(random, 0, 40) };
  return { type: types.searchPerformed, data };
}

function productView(random: () => number): VisitStep {
  return { type: types.productViewed, data: { ...pick(random, shopProducts), currency: shopCurrency } };
}

function cartItem(random: () => number): CartItemAdded {
  const { product, unitPrice } = pick(random, shopProducts);
  return { product, unitPrice, quantity: between(random, 1, 6), currency: shopCurrency };
}

function purchase(random: () => number, invoice: string, items: readonly CartItemAdded[]): VisitStep {
  const lines = items.map(({ product, quantity, unitPrice }) => ({ product, quantity, unitPrice }));
  const [only] = lines;
  const what = lines.length === 1 && only ? only : { lines };
  const data: PurchaseCompleted = { invoice, ...what, currency: shopCurrency, country: pick(random, shopCountries) };
  return { type: types.purchaseCompleted, data };
}

function giveBack(random: () => number, invoice: string): VisitStep {
  const { product, unitPrice } = pick(random, shopProducts);
  const data = { invoice: `C${invoice}`, product, unitPrice, quantity: -between(random, 1, 2), currency: shopCurrency };
  return { type: types.purchaseCompleted, data };
}
