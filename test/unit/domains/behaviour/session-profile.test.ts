import { describe, expect, it } from 'vitest';
import { derivedId, eventParser, TerminalError } from '../../../../core/index.ts';
import {
  emptyProfile,
  MAX_CART_PRODUCTS,
  type SessionProfile,
} from '../../../../domains/behaviour/aggregates/session-profile.ts';
import type { BehaviourEvent } from '../../../../domains/behaviour/events/behaviour-event.ts';
import { behaviourFactContracts } from '../../../../domains/behaviour/events/fact-contracts.ts';
import { sweepCart } from '../../../../domains/behaviour/processors/cart-sweep.ts';
import { openCartAttributes } from '../../../../domains/behaviour/processors/open-cart-index.ts';
import { evolveProfile } from '../../../../domains/behaviour/processors/session-profile-processor.ts';
import { behaviourEvent, NINE_O_CLOCK_MS, pageViewed } from '../../../support/behaviour-events.ts';

const options = { sessionGapMs: 30 * 60_000 };
const parseFact = eventParser(behaviourFactContracts);

/** Folds what happened before, then one event more. */
function given(...history: readonly BehaviourEvent[]) {
  const before = history.reduce(
    (state, event) => evolveProfile(state, event, options).state,
    emptyProfile('visitor-1'),
  );
  return { state: before, when: (event: BehaviourEvent) => evolveProfile(before, event, options) };
}

const itemAdded = (minute: number, product = 'tea-set', quantity = 2, unitPrice = 24.95) =>
  behaviourEvent('behaviour.cart.item-added.v1', { product, quantity, unitPrice, currency: 'GBP' }, { minute });
const purchased = (minute: number, quantity = 2, unitPrice = 24.95) =>
  behaviourEvent(
    'behaviour.purchase.completed.v1',
    { invoice: 'i-1', product: 'tea-set', quantity, unitPrice, currency: 'GBP', country: 'France' },
    { minute },
  );

describe('session profile', () => {
  it('given nothing, when a page is viewed, then a session starts', () => {
    const event = pageViewed(0);
    const { state, emitted } = given().when(event);
    expect(state).toMatchObject({ visits: 1, pages: 1, events: 1, session: { id: event.id, events: 1 } });
    expect(emitted).toHaveLength(1);
    expect(emitted[0]).toMatchObject({
      id: derivedId(event.id, 'behaviour.session.started.v1'),
      type: 'behaviour.session.started.v1',
      subject: 'visitor-1',
      causationid: event.id,
      correlationid: event.id,
      data: { visitorId: 'visitor-1', sessionId: event.id, visit: 1, startedAt: '2026-03-01T09:00:00.000Z' },
    });
  });

  it('stays in the session within the gap, its end included, and begins another after it', () => {
    expect(given(pageViewed(0)).when(pageViewed(30)).emitted).toEqual([]);
    expect(given(pageViewed(0)).when(pageViewed(31)).state).toMatchObject({ visits: 2, session: { events: 1 } });
  });

  it('takes a late event into the current session', () => {
    const { state, emitted } = given(pageViewed(100)).when(pageViewed(0));
    expect(emitted).toEqual([]);
    expect(state).toMatchObject({
      visits: 1,
      events: 2,
      firstSeenAtMs: NINE_O_CLOCK_MS,
      lastSeenAtMs: NINE_O_CLOCK_MS + 6_000_000,
    });
  });

  it('keeps what another version of the code has written into a profile', () => {
    const { state } = given(pageViewed(0));
    const written = { ...state, loyalty: 'gold' };
    const next = evolveProfile(written, pageViewed(1), options).state;
    expect(evolveProfile(next, pageViewed(2), options).state).toEqual({
      ...given(pageViewed(0), pageViewed(1), pageViewed(2)).state,
      loyalty: 'gold',
      session: expect.anything(),
    });
    expect(evolveProfile(state, pageViewed(1), options).state).not.toHaveProperty('loyalty');
  });

  it('counts searches and products', () => {
    const search = behaviourEvent('behaviour.search.performed.v1', { query: 'tea' });
    const product = behaviourEvent('behaviour.product.viewed.v1', { product: 'tea-set' });
    expect(given(search).when(product).state).toMatchObject({ searches: 1, products: 1, pages: 0 });
  });

  it('given an open cart, when another session begins, then the cart was abandoned before the session started', () => {
    const opened = itemAdded(1);
    const touched = itemAdded(5, 'bunting', 1, 4.95);
    const { state, emitted } = given(opened, touched).when(pageViewed(60));
    expect(emitted.map(fact => fact.type)).toEqual(['behaviour.cart.abandoned.v1', 'behaviour.session.started.v1']);
    expect(emitted[0]).toMatchObject({
      id: derivedId(opened.id, 'behaviour.cart.abandoned.v1'),
      causationid: touched.id,
      data: { cartId: opened.id, products: 2, quantity: 3, amountMilli: 54_850, idleSince: '2026-03-01T09:05:00.000Z' },
    });
    expect(state.cart).toBeUndefined();
    expect(state.abandonedCarts).toBe(1);
  });

  it('given an open cart, when something is bought, then nothing was abandoned', () => {
    const bought = given(itemAdded(1)).when(purchased(2));
    expect(bought.state.cart).toBeUndefined();
    expect(evolveProfile(bought.state, pageViewed(90), options).emitted.map(fact => fact.type)).toEqual([
      'behaviour.session.started.v1',
    ]);
  });

  it('given an open cart, when something is only given back, then the cart stays open', () => {
    expect(given(itemAdded(1)).when(purchased(2, -1)).state.cart).toBeDefined();
  });

  it('says each line of a purchase in exact thousandths, with an id of its own', () => {
    const event = behaviourEvent('behaviour.purchase.completed.v1', {
      invoice: 'i-2',
      currency: 'GBP',
      lines: [
        { product: 'jam-jar', quantity: 3, unitPrice: 0.125 },
        { product: 'heart-holder', quantity: -2, unitPrice: 2.55 },
      ],
    });
    const { state, emitted } = given().when(event);
    const made = emitted.filter(fact => fact.type === 'behaviour.purchase.made.v1');
    expect(made.map(fact => fact.data)).toEqual([
      {
        visitorId: 'visitor-1',
        invoice: 'i-2',
        product: 'jam-jar',
        quantity: 3,
        amountMilli: 375,
        currency: 'GBP',
        day: '2026-03-01',
      },
      {
        visitorId: 'visitor-1',
        invoice: 'i-2',
        product: 'heart-holder',
        quantity: -2,
        amountMilli: -5_100,
        currency: 'GBP',
        day: '2026-03-01',
      },
    ]);
    expect(new Set(emitted.map(fact => fact.id)).size).toBe(3);
    expect(state.purchases).toEqual({ lines: 2, quantity: 1, amountMilli: -4_725 });
  });

  it('counts a free return as zero, not as minus zero', () => {
    expect(Object.is(given().when(purchased(0, -1, 0)).state.purchases.amountMilli, 0)).toBe(true);
  });

  it('gives up, for good, on amounts beyond exact whole numbers', () => {
    const rich: SessionProfile = {
      ...emptyProfile('visitor-1'),
      purchases: { lines: 1, quantity: 1, amountMilli: Number.MAX_SAFE_INTEGER },
    };
    expect(() => evolveProfile(rich, purchased(0), options)).toThrow(TerminalError);
  });

  it('stays small however much is put into the cart, and still knows what the cart is worth', () => {
    const many = Array.from({ length: MAX_CART_PRODUCTS + 30 }, (_, i) => itemAdded(0, `product-${i}`, 1, 1));
    const { state } = given(...many);
    expect(state.cart?.items).toHaveLength(MAX_CART_PRODUCTS);
    expect(state.cart?.others).toEqual({ products: 30, quantity: 30, amountMilli: 30_000 });
    const [abandoned] = evolveProfile(state, pageViewed(99), options).emitted;
    expect(abandoned?.data).toMatchObject({ products: 80, quantity: 80, amountMilli: 80_000 });
  });

  it('counts what is learned of a visitor, who was not there for it: no session begins, and none goes on', () => {
    const learned = behaviourEvent('behaviour.visitor.identified.v1', { userId: 'u-1' }, { minute: 600 });
    const before = given(pageViewed(0));
    const { state, emitted } = before.when(learned);
    expect(emitted).toEqual([]);
    expect(state).toEqual({ ...before.state, events: 2 });
  });

  it('takes what has no counter of its own for a sign of life', () => {
    const played = behaviourEvent('behaviour.action.tracked.v1', { action: 'Song Played' }, { minute: 20 });
    const { state, emitted } = given(pageViewed(0), played).when(pageViewed(40));
    expect(emitted).toEqual([]);
    expect(state).toMatchObject({ events: 3, pages: 2, visits: 1 });
  });

  it('carries correlation, tenant and trace on, and keeps every contract of its facts', () => {
    const cause = { ...pageViewed(0), correlationid: 'c-1', tenantid: 't-1', traceparent: '00-ab-cd-01' };
    expect(given().when(cause).emitted[0]).toMatchObject({
      correlationid: 'c-1',
      tenantid: 't-1',
      traceparent: '00-ab-cd-01',
    });
    const { emitted } = given(itemAdded(1)).when(purchased(90));
    for (const fact of emitted) expect(parseFact(fact)).toMatchObject({ ok: true });
    expect(emitted).toHaveLength(3);
  });
});

describe('sweepCart', () => {
  const { state } = given(itemAdded(1));

  it('says of a forgotten cart exactly what the next session would have said', () => {
    const swept = sweepCart(state, NINE_O_CLOCK_MS + 60_000);
    const [byNextSession] = evolveProfile(state, pageViewed(90), options).emitted;
    expect(swept?.emitted).toEqual([byNextSession]);
    expect(swept?.state.cart).toBeUndefined();
  });

  it('leaves a cart alone that was touched since, and a profile without one', () => {
    expect(sweepCart(state, NINE_O_CLOCK_MS)).toBeUndefined();
    expect(sweepCart(emptyProfile('v'), NINE_O_CLOCK_MS)).toBeUndefined();
  });

  it('goes by the time of arrival, where there is one', () => {
    const event = { ...itemAdded(1), ingestedtime: '2026-03-05T00:00:00.000Z' };
    expect(openCartAttributes(given(event).state)).toEqual({
      openCartBucket: expect.stringMatching(/^[0-3]$/),
      cartIdleAt: Date.UTC(2026, 2, 5),
    });
    expect(openCartAttributes(given().state)).toEqual({});
  });
});
