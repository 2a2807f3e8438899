import type { TypedEvent } from '../../../core/index.ts';
import { parseRfc3339 } from '../../../core/index.ts';
import type { behaviourEventTypes } from '../events/event-types.ts';
import type { CartItemAdded } from '../events/generated/data-types.ts';
import { amountMilli, exactSum } from './amount-milli.ts';
import { type CartItem, MAX_CART_PRODUCTS, type OpenCart } from './session-profile.ts';

type ItemAdded = TypedEvent<typeof behaviourEventTypes.cartItemAdded, CartItemAdded>;

/** The cart after one more product; a new cart when none was open. */
export function addToCart(cart: OpenCart | undefined, event: ItemAdded, eventMs: number): OpenCart {
  const { product, quantity, unitPrice, currency } = event.data;
  const added: CartItem = { product, quantity, amountMilli: amountMilli(unitPrice, quantity) };
  const before = cart ?? {
    id: event.id,
    openedAtMs: eventMs,
    touchedAtMs: eventMs,
    currency,
    items: [],
    others: { products: 0, quantity: 0, amountMilli: 0 },
  };
  return {
    ...before,
    ...withItem(before, added),
    touchedAtMs: Math.max(before.touchedAtMs, eventMs),
    idleSinceMs: parseRfc3339(event.ingestedtime ?? '') ?? eventMs,
    touchedBy: event.id,
    correlationId: event.correlationid ?? event.id,
  };
}

function withItem(cart: Pick<OpenCart, 'items' | 'others'>, added: CartItem): Pick<OpenCart, 'items' | 'others'> {
  const listed = cart.items.find(item => item.product === added.product);
  if (listed)
    return { others: cart.others, items: cart.items.map(item => (item === listed ? sum(item, added) : item)) };
  if (cart.items.length < MAX_CART_PRODUCTS) return { others: cart.others, items: [...cart.items, added] };
  const { products } = cart.others;
  const { quantity, amountMilli: amount } = sum({ product: '', ...cart.others }, added);
  return { items: cart.items, others: { products: products + 1, quantity, amountMilli: amount } };
}

function sum(item: CartItem, added: CartItem): CartItem {
  return {
    product: item.product,
    quantity: exactSum(item.quantity, added.quantity),
    amountMilli: exactSum(item.amountMilli, added.amountMilli),
  };
}

/** What a cart holds, all products together. */
export function cartTotals(cart: OpenCart): { products: number; quantity: number; amountMilli: number } {
  return cart.items.reduce(
    (totals, item) => ({
      products: totals.products + 1,
      quantity: exactSum(totals.quantity, item.quantity),
      amountMilli: exactSum(totals.amountMilli, item.amountMilli),
    }),
    { ...cart.others },
  );
}
