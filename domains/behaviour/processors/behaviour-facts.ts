import { type CloudEvent, derivedId, type TypedEvent, utcDay, utcTime } from '../../../core/index.ts';
import { amountMilli } from '../aggregates/amount-milli.ts';
import { cartTotals } from '../aggregates/open-cart.ts';
import type { OpenCart } from '../aggregates/session-profile.ts';
import type { BehaviourFact } from '../events/behaviour-event.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';
import type { CartAbandoned, PurchaseCompleted, PurchaseMade, SessionStarted } from '../events/generated/data-types.ts';

/** The `source` of all facts about visitors. */
export const FACT_SOURCE = 'millrace.behaviour.session-profile';

type SessionStartedFact = TypedEvent<typeof types.sessionStarted, SessionStarted>;
type CartAbandonedFact = TypedEvent<typeof types.cartAbandoned, CartAbandoned>;
type PurchaseMadeFact = TypedEvent<typeof types.purchaseMade, PurchaseMade>;

/** A session began with `cause`. */
export function sessionStarted(cause: CloudEvent, visit: number, startedAtMs: number): SessionStartedFact {
  const type = types.sessionStarted;
  const data = { visitorId: cause.subject, sessionId: cause.id, visit, startedAt: utcTime(startedAtMs) };
  return consequence(cause, { type, id: derivedId(cause.id, type), data });
}

/**
 * A cart was left. Everything in the fact comes from the cart, its id too: whoever notices first, the next session or
 * the sweeper, says the very same.
 */
export function cartAbandoned(visitorId: string, cart: OpenCart): CartAbandonedFact {
  const idleSince = utcTime(cart.touchedAtMs);
  const openedAt = utcTime(cart.openedAtMs);
  const { id: cartId, currency } = cart;
  return {
    specversion: '1.0',
    source: FACT_SOURCE,
    type: types.cartAbandoned,
    datacontenttype: 'application/json',
    id: derivedId(cartId, types.cartAbandoned),
    subject: visitorId,
    time: idleSince,
    causationid: cart.touchedBy,
    correlationid: cart.correlationId,
    data: { visitorId, cartId, ...cartTotals(cart), currency, openedAt, idleSince },
  };
}

/** One fact for each line of a purchase. */
export function purchasesMade(
  cause: CloudEvent<PurchaseCompleted>,
  lines: readonly PurchaseLine[],
  eventMs: number,
): PurchaseMadeFact[] {
  const { invoice, currency, country } = cause.data;
  const day = utcDay(eventMs);
  return lines.map(({ product, quantity, unitPrice }, index) => {
    const data: Mutable<PurchaseMade> = {
      visitorId: cause.subject,
      product,
      quantity,
      amountMilli: amountMilli(unitPrice, quantity),
      currency,
      day,
    };
    if (invoice !== undefined) data.invoice = invoice;
    if (country !== undefined) data.country = country;
    return consequence(cause, { type: types.purchaseMade, id: derivedId(cause.id, lineLabel(index)), data });
  });
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** What the id of a line's fact is derived by. */
function lineLabel(index: number): string {
  return LINE_LABELS[index] ?? `${types.purchaseMade}#${index}`;
}

/** Of the first lines: a purchase has a hundred at most. */
const LINE_LABELS = Array.from({ length: 100 }, (_, index) => `${types.purchaseMade}#${index}`);

/** A line in either spelling of a purchase. */
export interface PurchaseLine {
  readonly product: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** The lines of a purchase; a single product is one line. */
export function purchaseLines(purchase: PurchaseCompleted): readonly PurchaseLine[] {
  if (purchase.lines) return purchase.lines;
  const { product, quantity, unitPrice } = purchase;
  if (product === undefined || quantity === undefined || unitPrice === undefined) return []; // the schema requires them
  return [{ product, quantity, unitPrice }];
}

/** A fact about the subject of its cause, at the same time, in the same tenant and trace. */
function consequence<Type extends BehaviourFact['type'], Data>(
  cause: CloudEvent,
  { type, id, data }: { readonly type: Type; readonly id: string; readonly data: Data },
): TypedEvent<Type, Data> {
  const fact: Mutable<TypedEvent<Type, Data>> = {
    specversion: '1.0',
    source: FACT_SOURCE,
    type,
    datacontenttype: 'application/json',
    subject: cause.subject,
    time: cause.time,
    causationid: cause.id,
    correlationid: cause.correlationid ?? cause.id,
    id,
    data,
  };
  if (cause.tenantid !== undefined) fact.tenantid = cause.tenantid;
  if (cause.traceparent !== undefined) fact.traceparent = cause.traceparent;
  return fact;
}
