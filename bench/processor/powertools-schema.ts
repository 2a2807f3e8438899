/** What visitors do, for the parser of Powertools: the rules of `domains/behaviour/events/*.schema.json` in zod. */
import { Base64Encoded } from '@aws-lambda-powertools/parser/helpers';
import { KinesisDataStreamRecord, KinesisDataStreamRecordPayload } from '@aws-lambda-powertools/parser/schemas/kinesis';
import { z } from 'zod';
import { behaviourEventTypes as types } from '../../domains/behaviour/events/event-types.ts';

const text = z.string().min(1);
const price = z.number().min(0).max(1_000_000);
const quantity = z.int().min(-1_000_000).max(1_000_000);
const currency = z.string().regex(/^[A-Z]{3}$/);

const data = {
  [types.pageViewed]: z.looseObject({
    url: text.max(2048),
    title: text.max(300).optional(),
    referrer: text.max(2048).optional(),
    dwellMs: z.int().min(0).max(86_400_000).optional(),
  }),
  [types.searchPerformed]: z.looseObject({ query: text.max(300), results: z.int().min(0).optional() }),
  [types.productViewed]: z.looseObject({
    product: text.max(100),
    category: text.max(100).optional(),
    unitPrice: price.optional(),
    currency: currency.optional(),
  }),
  [types.cartItemAdded]: z.looseObject({ product: text.max(100), quantity, unitPrice: price, currency }),
  [types.purchaseCompleted]: z.looseObject({
    invoice: text.max(100).optional(),
    product: text.max(100).optional(),
    quantity: quantity.optional(),
    unitPrice: z.number().optional(),
    lines: z.array(z.looseObject({ product: text.max(100), quantity, unitPrice: z.number() })).optional(),
    currency,
    country: text.max(100).optional(),
  }),
};

function event<const Type extends keyof typeof data>(type: Type) {
  return z.looseObject({
    specversion: z.literal('1.0'),
    id: text,
    source: text,
    type: z.literal(type),
    subject: text.max(256),
    time: z.iso.datetime({ offset: true }),
    data: data[type],
  });
}

const visitorEvent = z.discriminatedUnion('type', [
  event(types.pageViewed),
  event(types.searchPerformed),
  event(types.productViewed),
  event(types.cartItemAdded),
  event(types.purchaseCompleted),
]);

/** A record of the stream whose data is such an event. */
export const visitorRecord = KinesisDataStreamRecord.extend({
  kinesis: KinesisDataStreamRecordPayload.extend({ data: Base64Encoded(visitorEvent) }),
});
