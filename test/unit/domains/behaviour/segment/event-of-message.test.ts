import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEvent, imprintOf, isEventId } from '../../../../../core/index.ts';
import { eventOfMessage, type MessageRules } from '../../../../../domains/behaviour/segment/event-of-message.ts';
import { SEGMENT_CALLS } from '../../../../../domains/behaviour/segment/segment-message.ts';
import { parseIngestedEvent } from '../../../../../domains/ingest-contracts.ts';
import { NINE_O_CLOCK_MS } from '../../../../support/behaviour-events.ts';
import { seededUlids } from '../../../../support/fixed-ports.ts';
import { browserCall, serverBatch } from '../../../../support/segment-requests.ts';

const ids = seededUlids(5);
const rules: MessageRules = { receivedAtMs: NINE_O_CLOCK_MS + 1000, newId: () => ids.ulid() };
const iso = (ms: number) => new Date(ms).toISOString();

/** The event of a message, which keeps its contract. */
function eventOf(message: object, more: Partial<MessageRules> = {}): CloudEvent<Record<string, unknown>> {
  const event = eventOfMessage(message, { ...rules, ...more });
  if (!event.ok) throw new Error(`${event.problem.field}: ${event.problem.reason}`);
  expect(parseIngestedEvent(event.value)).toMatchObject({ ok: true });
  return event.value as CloudEvent<Record<string, unknown>>; // data are objects, as has just been judged
}

function problemOf(message: unknown, more: Partial<MessageRules> = {}) {
  const event = eventOfMessage(message, { ...rules, ...more });
  const judged = event.ok ? parseIngestedEvent(event.value) : event;
  return judged.ok ? undefined : judged.problem;
}

const message = {
  type: 'track',
  event: 'Song Played',
  userId: 'u-1',
  messageId: 'm-1',
  timestamp: iso(NINE_O_CLOCK_MS),
};
const track = (event: string, properties?: object) => ({ ...message, event, properties });
const product = {
  product_id: '507f1f77',
  sku: 'G-32',
  name: 'Monopoly',
  category: 'Games',
  price: 18.99,
  brand: 'Hasbro',
};

describe('eventOfMessage', () => {
  it.each<[string, object, string, object, object | undefined]>([
    [
      'Product Viewed',
      { ...product, currency: 'eur' },
      'behaviour.product.viewed.v1',
      { product: 'G-32', category: 'Games', unitPrice: 18.99, currency: 'EUR' },
      { product_id: '507f1f77', name: 'Monopoly', brand: 'Hasbro' },
    ],
    ['viewed_product', { product_id: 7 }, 'behaviour.product.viewed.v1', { product: '7' }, undefined],
    [
      'Product Added',
      { product_id: 'p', price: '18.99', quantity: '2' },
      'behaviour.cart.item-added.v1',
      { product: 'p', quantity: 2, unitPrice: 18.99, currency: 'USD' },
      undefined,
    ],
    ['Products Searched', { query: 'blue roses' }, 'behaviour.search.performed.v1', { query: 'blue roses' }, undefined],
    [
      'Order Completed',
      {
        order_id: 'o-1',
        currency: 'GBP',
        total: 40,
        products: [
          { sku: 'a', price: 18.99 },
          { product_id: 'b', price: 3, quantity: 7 },
        ],
      },
      'behaviour.purchase.completed.v1',
      {
        invoice: 'o-1',
        currency: 'GBP',
        lines: [
          { product: 'a', quantity: 1, unitPrice: 18.99 },
          { product: 'b', quantity: 7, unitPrice: 3 },
        ],
      },
      { total: 40 },
    ],
    [
      'Order Refunded',
      { order_id: 'o-1', products: [{ sku: 'a', price: 5, quantity: 2, coupon: 'MAY' }] },
      'behaviour.purchase.completed.v1',
      { invoice: 'o-1', currency: 'USD', lines: [{ product: 'a', quantity: -2, unitPrice: 5 }] },
      { products: [{ sku: 'a', price: 5, quantity: 2, coupon: 'MAY' }] },
    ],
  ])(
    'maps %s with %j, and carries along what the counterpart has no field for',
    (event, properties, type, data, left) => {
      const mapped = eventOf(track(event, properties));
      expect(mapped.type).toBe(type);
      const { tracked, ...own } = mapped.data;
      expect(own).toEqual(data);
      expect(tracked).toEqual({ messageId: 'm-1', ...(left ? { properties: left } : {}) });
    },
  );

  it.each([
    ['Song Played', { artist: 'Dierks Bentley' }],
    ['Product Added', { product_id: 'p' }],
    ['Order Completed', { order_id: 'o-1', total: 40 }],
    ['Order Completed', { order_id: 'o-1', products: [{ price: 3 }] }],
    ['Products Searched', { query: { text: 'roses' } }],
    ['constructor', {}],
    ['__proto__', { a: 1 }],
  ])('keeps %s with %j, which has no counterpart, under its own name and whole', (event, properties) => {
    const { type, data } = eventOf(track(event, properties));
    expect(type).toBe('behaviour.action.tracked.v1');
    const whole = Object.keys(properties).length > 0 ? { properties } : {};
    expect(data).toEqual({ action: event, ...whole, tracked: { messageId: 'm-1' } });
  });

  it('lets the contract refuse what has a counterpart and is wrong, rather than hide it under another name', () => {
    expect(problemOf(track('Product Added', { product_id: 'p', price: -1 }))).toMatchObject({
      field: 'data.unitPrice',
      value: -1,
    });
    expect(problemOf(track('Product Added', { product_id: 'p', price: 'free' }))).toMatchObject({
      field: 'data.unitPrice',
    });
    expect(problemOf(track('Product Added', { product_id: 'p', price: 1, currency: 'EURO' }))).toMatchObject({
      field: 'data.currency',
      value: 'EURO',
    });
    expect(problemOf(track('Product Viewed', { product_id: 'p'.repeat(101) }))).toMatchObject({
      field: 'data.product',
    });
  });

  it('maps a page of the browser library, without what its query says of a person', () => {
    const { type, subject, source, data } = eventOf(browserCall('page', NINE_O_CLOCK_MS).body);
    expect([type, subject, source]).toEqual([
      'behaviour.page.viewed.v1',
      'b7f0c6f2-1d4e-4f7a-9a55-0c1d2e3f4a5b',
      'urn:segment:analytics.js',
    ]);
    const { tracked, ...own } = data;
    expect(own).toEqual({
      url: 'https://shop.example/lanterns/white',
      title: 'White lantern',
      referrer: 'https://search.example/',
    });
    expect(tracked).not.toHaveProperty('properties'); // they are those of the context
    expect(tracked).toHaveProperty('context.page.search');
    expect(JSON.stringify(data)).not.toContain('shop-web-1');
  });

  it.each([
    ['https://app.example/#/offers/7?mail=a', 'https://app.example/#/offers/7'],
    ['https://app.example/a#part', 'https://app.example/a'],
    ['/a?b#c', '/a'],
  ])('takes the page of %s for %s', (url, expected) => {
    expect(eventOf({ ...message, type: 'page', properties: { url } }).data.url).toBe(expected);
  });

  it('maps screens, and pages and screens that say no name or address', () => {
    expect(eventOf({ ...message, type: 'screen', name: 'Basket', category: 'Checkout' })).toMatchObject({
      type: 'behaviour.screen.viewed.v1',
      data: { name: 'Basket', category: 'Checkout' },
    });
    expect(eventOf({ ...message, type: 'screen' }).data.action).toBe('Screen Viewed');
    expect(eventOf({ ...message, type: 'page', name: 'Docs' }).data).toMatchObject({
      action: 'Page Viewed',
      properties: { name: 'Docs' },
    });
  });

  it('maps who somebody is, belongs to and was', () => {
    const traits = { email: 'ada@example.com' };
    const known = { ...message, anonymousId: 'a-1' };
    expect(eventOf({ ...known, type: 'identify', traits })).toMatchObject({
      type: 'behaviour.visitor.identified.v1',
      subject: 'a-1',
      data: { userId: 'u-1', anonymousId: 'a-1', traits, tracked: { messageId: 'm-1' } },
    });
    expect(eventOf({ ...known, type: 'group', groupId: 12, traits }).data).toMatchObject({
      groupId: '12',
      traits,
      tracked: { userId: 'u-1' },
    });
    expect(eventOf({ ...message, type: 'alias', previousId: 'a-1' }).data).toMatchObject({
      previousId: 'a-1',
      userId: 'u-1',
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no object', 'text', '', /JSON object/],
    ['an unknown method', { ...message, type: 'purchase' }, 'type', /one of track, identify/],
    ['nobody', { ...message, userId: null, anonymousId: '' }, 'userId', /is required, or anonymousId/],
    ['an id that is no text', { ...message, userId: { id: 1 } }, 'userId', /must be text/],
    ['an id that is too long', { ...message, anonymousId: 'x'.repeat(257) }, 'anonymousId', /at most 256/],
    ['a track without a name', { ...message, event: undefined }, 'event', /is required/],
    ['a name that is no text', { ...message, event: 5 }, 'event', /must be text/],
    ['a time that is none', { ...message, timestamp: 'yesterday' }, 'timestamp', /ISO 8601/],
    ['a day that is none', { ...message, timestamp: '2015-2-02T00:30:08.276Z' }, 'timestamp', /ISO 8601/],
    ['a group without an id', { ...message, type: 'group' }, 'groupId', /is required/],
    ['an alias of nobody', { ...message, type: 'alias' }, 'previousId', /is required/],
    ['properties that are a list', { ...message, properties: [] }, 'properties', /JSON object/],
    [
      'a device clock before 1970',
      { ...message, timestamp: '1950-01-01T00:00:00Z', sentAt: iso(NINE_O_CLOCK_MS + 9e12) },
      'timestamp',
      /1970 to 9999/,
    ],
  ])('refuses %s, naming the field', (_, value, field, reason) => {
    expect(problemOf(value)).toMatchObject({ field, reason: expect.stringMatching(reason) });
  });

  it('goes by the method in the path, and adds the context of the batch to that of its messages', () => {
    expect(eventOf({ ...message, type: 'page' }, { call: 'track' }).type).toBe('behaviour.action.tracked.v1');
    const context = { ip: '24.5.68.47', locale: 'en' };
    const event = eventOf({ ...message, context: { locale: 'pt' } }, { context });
    expect(event.data.tracked).toMatchObject({ context: { ip: '24.5.68.47', locale: 'pt' } });
  });

  it('takes a message without an id of its own for another one each time', () => {
    const { messageId: _, ...nameless } = message;
    expect(eventOf(nameless).id).not.toBe(eventOf(nameless).id);
  });
});

describe('eventOfMessage, time', () => {
  const HOUR_MS = 3_600_000;
  const at = (told: object) => eventOf({ ...message, timestamp: undefined, ...told });

  it('corrects a clock that is wrong by what it was wrong when the message was sent', () => {
    const told = NINE_O_CLOCK_MS - 40 * HOUR_MS;
    const event = at({ timestamp: iso(told), sentAt: iso(told + 5000) });
    expect([event.time, event.doortime]).toEqual([iso(rules.receivedAtMs - 5000), true]);
    expect(at({ originalTimestamp: iso(told), sentAt: iso(told + 5000) }).time).toBe(event.time);
  });

  it('goes by the sending of the batch, unless the message has its own', () => {
    const told = { ...message, timestamp: iso(NINE_O_CLOCK_MS) };
    const sentAt = iso(NINE_O_CLOCK_MS + 3000);
    expect(eventOf(told, { sentAt }).time).toBe(iso(rules.receivedAtMs - 3000));
    expect(eventOf({ ...told, sentAt: iso(NINE_O_CLOCK_MS) }, { sentAt }).time).toBe(iso(rules.receivedAtMs));
  });

  it('takes the time as it is told when nobody says when it was sent, or it has been corrected before', () => {
    expect(at({ timestamp: '2012-12-02T00:30:12.984Z' })).toMatchObject({ time: '2012-12-02T00:30:12.984Z' });
    const passedOn = {
      originalTimestamp: iso(1e12),
      sentAt: iso(1e12),
      timestamp: '2026-02-01T00:00:00.000Z',
      receivedAt: '2026-02-01T00:00:01Z',
    };
    const event = at(passedOn);
    expect([event.time, event.doortime]).toEqual(['2026-02-01T00:00:00.000Z', undefined]);
  });

  it('takes the time of arrival when none is told', () => {
    expect(at({})).toMatchObject({ time: iso(rules.receivedAtMs), doortime: true });
  });

  it.each([
    ['2026-02-03', '2026-02-03T00:00:00.000Z'],
    ['2026-02-03T04:05:06', '2026-02-03T04:05:06.000Z'],
    ['2026-02-03T04:05:06.789+0200', '2026-02-03T02:05:06.789Z'],
    ['2026-02-03T04:05:06.789123+00:00', '2026-02-03T04:05:06.789Z'],
  ])('reads %s as the libraries mean it', (timestamp, expected) => {
    expect(at({ timestamp }).time).toBe(expected);
  });
});

describe('eventOfMessage, sent again', () => {
  const text = fc.string({ maxLength: 20, unit: 'grapheme' });
  const ms = fc.integer({ min: -5 * 86_400_000, max: 5 * 86_400_000 });
  const anyMessage = fc.record({
    type: fc.constantFrom(...SEGMENT_CALLS),
    event: fc.oneof(text, fc.constantFrom('Product Viewed', 'Product Added', 'Order Completed')),
    messageId: fc.oneof(fc.uuid(), fc.string({ minLength: 1 })),
    anonymousId: fc.uuid(),
    groupId: fc.constant('g'),
    previousId: fc.constant('p'),
    userId: fc.constant('u'),
    timestamp: fc.option(
      ms.map(off => iso(NINE_O_CLOCK_MS + off)),
      { nil: undefined },
    ),
    properties: fc.dictionary(fc.constantFrom('sku', 'price', 'quantity', 'url', 'products', 'name'), fc.jsonValue()),
  });

  it('is the same event with the same content, whenever and over whatever line it comes', () => {
    fc.assert(
      fc.property(anyMessage, ms, ms, (value, sent, late) => {
        const sentAt = iso(NINE_O_CLOCK_MS + sent);
        const first = eventOfMessage(value, { ...rules, sentAt });
        const again = eventOfMessage(value, {
          ...rules,
          receivedAtMs: rules.receivedAtMs + Math.abs(late),
          sentAt: iso(NINE_O_CLOCK_MS + sent + Math.abs(late) + 17),
        });
        expect(again.ok).toBe(first.ok);
        if (!first.ok || !again.ok) return;
        expect(isEventId(first.value.id)).toBe(true);
        expect(imprintOf(again.value)).toBe(imprintOf(first.value));
      }),
    );
  });

  it('has an id of its own for each message, in the order of the times that were told', () => {
    const { batch } = serverBatch(
      NINE_O_CLOCK_MS,
      Array.from({ length: 500 }, () => ({ type: 'track', event: 'x' })),
    ).body;
    const made = (batch as object[]).map(each => eventOf(each).id);
    expect(new Set(made).size).toBe(500);
    expect(made.toSorted()).toEqual(made);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        fc.pre(a !== b);
        expect(eventOf({ ...message, messageId: a }).id).not.toBe(eventOf({ ...message, messageId: b }).id);
      }),
    );
  });

  it('is told from another message that has taken its id', () => {
    const other = eventOf(track('Song Played', { artist: 'Another' }));
    expect(other.id).toBe(eventOf(message).id);
    expect(imprintOf(other)).not.toBe(imprintOf(eventOf(message)));
  });
});
