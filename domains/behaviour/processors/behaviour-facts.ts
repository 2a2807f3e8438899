import { type CloudEvent, derivedId, type TypedEvent, utcDay } from '../../../core/index.ts';
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
  const data = { visitorId: cause.subject, sessionId: cause.id, visit, startedAt: new Date(startedAtMs).toISOString() };
  return fact(causedBy(cause), types.sessionStarted, data);
}

/**
 * A cart was left. Everything in the fact comes from the cart, its id too: whoever notices first, the next session or
 * the sweeper, says the very same.
 */
export function cartAbandoned(visitorId: string, cart: OpenCart): CartAbandonedFact {
  const idleSince = new Date(cart.touchedAtMs).toISOString();
  const origin: Origin = {
    id: derivedId(cart.id, types.cartAbandoned),
    subject: visitorId,
    time: idleSince,
    causationid: cart.touchedBy,
    correlationid: cart.correlationId,
  };
  const openedAt = new Date(cart.openedAtMs).toISOString();
  const { currency } = cart;
  return fact(origin, types.cartAbandoned, {
    visitorId,
    cartId: cart.id,
    ...cartTotals(cart),
    currency,
    openedAt,
    idleSince,
  });
}

/** One fact for each line of a purchase. */
export function purchasesMade(
  cause: CloudEvent<PurchaseCompleted>,
  lines: readonly PurchaseLine[],
  eventMs: number,
): PurchaseMadeFact[] {
  const { invoice, currency, country } = cause.data;
  return lines.map((line, index) => {
    const id = derivedId(cause.id, `${types.purchaseMade}#${index}`);
    return fact({ ...causedBy(cause), id }, types.purchaseMade, {
      visitorId: cause.subject,
      ...(invoice === undefined ? {} : { invoice }),
      product: line.product,
      quantity: line.quantity,
      amountMilli: amountMilli(line.unitPrice, line.quantity),
      currency,
      ...(country === undefined ? {} : { country }),
      day: utcDay(eventMs),
    });
  });
}

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

interface Origin {
  readonly id?: string;
  readonly subject: string;
  readonly time: string;
  readonly causationid: string;
  readonly correlationid: string;
  readonly tenantid?: string;
  readonly traceparent?: string;
}

function causedBy(cause: CloudEvent): Origin {
  return {
    subject: cause.subject,
    time: cause.time,
    causationid: cause.id,
    correlationid: cause.correlationid ?? cause.id,
    ...(cause.tenantid === undefined ? {} : { tenantid: cause.tenantid }),
    ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
  };
}

function fact<Type extends BehaviourFact['type'], Data>(
  origin: Origin,
  type: Type,
  data: Data,
): TypedEvent<Type, Data> {
  return {
    specversion: '1.0',
    source: FACT_SOURCE,
    type,
    datacontenttype: 'application/json',
    ...origin,
    id: origin.id ?? derivedId(origin.causationid, type),
    data,
  };
}
