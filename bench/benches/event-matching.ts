import { compilePattern, RuleMatcher } from '../../local/services/events/pattern/event-pattern.ts';
import type { Bench } from '../bench-definition.ts';

const EVENTS = 20_000;

/** Time per event to find which of many rules match it, the parsing of its text included. */
export const eventMatching: readonly Bench[] = [50, 10_000].map(rules => ({
  name: `event-matching-${rules}-rules`,
  measures: `one ~600-byte event against ${rules} rules of a bus (exact, prefix, numeric, exists), text in, against JSON.parse of the same text`,
  unit: 'µs/event',

  async open() {
    const matcher = new RuleMatcher<string>();
    for (let index = 0; index < rules; index++) matcher.add(`rule-${index}`, compilePattern(pattern(index)));
    const texts = Array.from({ length: 64 }, (_, index) => JSON.stringify(event(index)));
    return {
      subject: { name: 'rule matcher', measure: async () => microseconds(text => matcher.match(text), texts) },
      against: { name: 'JSON.parse', measure: async () => microseconds(text => JSON.parse(text), texts) },
      close: async () => {},
    };
  },
}));

function microseconds(visit: (text: string) => unknown, texts: readonly string[]): number {
  const startedAtMs = performance.now();
  for (let index = 0; index < EVENTS; index++) visit(texts[index % texts.length] as string); // the index is inside
  return ((performance.now() - startedAtMs) * 1000) / EVENTS;
}

function pattern(index: number): string {
  const data = [
    { product: [`product-${index}`] },
    { product: [{ prefix: `product-${index}-` }] },
    { amountMilli: [{ numeric: ['=', index] }] },
    { [`flag${index}`]: [{ exists: true }] },
  ][index % 4];
  return JSON.stringify({ 'detail-type': ['behaviour.purchase.made.v1'], detail: { data } });
}

function event(index: number): object {
  const data = {
    visitorId: `visitor-${index}`,
    product: `product-${index * 4}`,
    quantity: index,
    amountMilli: 7_654_321,
  };
  const detail = {
    specversion: '1.0',
    id: `01JD2Z5V8Y6T3Q9K4M7N0P1${index}`,
    source: 'https://shop.example/web',
    type: 'behaviour.purchase.made.v1',
    subject: `visitor-${index}`,
    time: '2026-01-01T00:00:00.000Z',
    data: { ...data, currency: 'EUR', country: 'Portugal', day: '2026-01-01', invoice: `invoice-${index}` },
  };
  const envelope = {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    account: '000000000000',
    region: 'eu-west-1',
  };
  return { ...envelope, 'detail-type': detail.type, source: detail.source, time: detail.time, resources: [], detail };
}
