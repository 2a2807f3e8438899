import type { TypedEvent } from '../../../core/index.ts';
import { parseRfc3339 } from '../../../core/index.ts';
import type { behaviourEventTypes } from '../events/event-types.ts';
import type { CartItemAdded } from '../events/generated/data-types.ts';
import { amountMilli, exactSum } from './amount-milli.ts';
import { type CartItem, MAX_CART_PRODUCTS, type OpenCart } from './session-profile.ts';

type ItemAdded = TypedEvent<typeof behaviourEventTypes.cartItemAdded, CartItemAdded>;

/** The cart after one more product; a new cart when none was open. */
export function addToCart(cart: OpenCart | undefined, event: ItemAdded, eventMs: number): OpenCart {
  const { product, quantity, unitPrice } = event.data;
  const added: CartItem = { product, quantity, amountMilli: amountMilli(unitPrice, quantity) };
  const { items, others } = cart ?? EMPTY;
  const listed = items.findIndex(item => item.product === product);
  const goesToOthers = listed < 0 && items.length >= MAX_CART_PRODUCTS;
  return {
    ...cart, // first, and then by name: in between it would be copied member by member, which takes longer than the rest
    id: cart ? cart.id : event.id,
    openedAtMs: cart ? cart.openedAtMs : eventMs,
    currency: cart ? cart.currency : event.data.currency,
    touchedAtMs: cart && cart.touchedAtMs > eventMs ? cart.touchedAtMs : eventMs,
    items: goesToOthers ? items : withItem(items, added, listed),
    others: goesToOthers ? withOther(others, added) : others,
    idleSinceMs: parseRfc3339(event.ingestedtime ?? '') ?? eventMs,
    touchedBy: event.id,
    correlationId: event.correlationid ?? event.id,
  };
}

const EMPTY: Pick<OpenCart, 'items' | 'others'> = { items: [], others: { products: 0, quantity: 0, amountMilli: 0 } };

/** @param listed where the product stands already; below 0 when it does not */
function withItem(items: readonly CartItem[], added: CartItem, listed: number): readonly CartItem[] {
  const next = [...items];
  const item = items[listed];
  if (item) next[listed] = sum(item, added);
  else next.push(added);
  return next;
}

function withOther(others: OpenCart['others'], added: CartItem): OpenCart['others'] {
  const { quantity, amountMilli: amount } = sum({ product: '', ...others }, added);
  return { products: others.products + 1, quantity, amountMilli: amount };
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
