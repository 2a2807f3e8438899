import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../../cli/assembly.ts';
import {
  buildCatalogue,
  type Catalogue,
  type CatalogueEvent,
  readCatalogue,
} from '../../../../cli/catalogue/catalogue.ts';
import { eventParser } from '../../../../core/index.ts';
import { behaviourEventTypes } from '../../../../domains/behaviour/events/event-types.ts';
import { eventFlow } from '../../../../domains/event-flow.ts';
import { factContracts } from '../../../../domains/fact-contracts.ts';
import { ingestContracts, parseIngestedEvent } from '../../../../domains/ingest-contracts.ts';
import { travelEventTypes } from '../../../../domains/travel/events/event-types.ts';
import { compilePattern, matchesPattern } from '../../../../local/services/events/pattern/event-pattern.ts';
import { PLACED, SHIPPED, shop, shopSources } from '../../../support/shop-catalogue.ts';

describe('readCatalogue, of the platform itself', () => {
  let catalogue: Catalogue;
  beforeAll(async () => {
    catalogue = await readCatalogue(`${ROOT}/cdk.out`);
  });
  const event = (type: string): CatalogueEvent => {
    const found = catalogue.events.find(each => each.type === type);
    if (!found) throw new Error(`Cannot find '${type}' in the catalogue`);
    return found;
  };
  const consumers = (type: string) =>
    event(type).way.consumers.map(({ part, source }) => part?.name ?? `(${source.name})`);
  const producers = (type: string) => event(type).way.producers.map(({ part }) => part.name);

  test('has every type of every domain, and each with a description, an owner, a version and a sample', () => {
    const types = [...Object.values(behaviourEventTypes), ...Object.values(travelEventTypes)];
    expect(catalogue.events.map(({ type }) => type)).toEqual(types.toSorted((a, b) => a.localeCompare(b)));
    for (const { type, description, owner, versions, samples, fields } of catalogue.events) {
      expect(
        [description, owner].every(text => text.length > 3),
        type,
      ).toBe(true);
      expect(Math.min(versions.length, samples.length, fields.length), type).toBeGreaterThan(0);
    }
  });

  test('finds who consumes what: by queues and rules, and by the stream', () => {
    expect(consumers(behaviourEventTypes.purchaseMade)).toEqual(['sales-projector', '(large-purchases)']);
    expect(consumers(behaviourEventTypes.cartAbandoned)).toEqual(['(abandoned-carts)']);
    expect(consumers(behaviourEventTypes.pageViewed)).toEqual(['session-profile']);
    expect(consumers(travelEventTypes.bookingRequested).toSorted()).toEqual(['saga-starter', 'trip-projector']);
    expect(consumers(travelEventTypes.confirmed)).toEqual(['trip-projector']);
  });

  test('finds who makes what: by the code that names the type, and by the states of the workflow', () => {
    expect(producers(behaviourEventTypes.pageViewed)).toEqual(['collector']);
    expect(producers(behaviourEventTypes.sessionStarted)).toEqual(['session-profile']);
    expect(producers(behaviourEventTypes.cartAbandoned).toSorted()).toEqual(['cart-sweeper', 'session-profile']);
    expect(producers(travelEventTypes.bookingRequested)).toEqual(['booking-command']);
    expect(producers(travelEventTypes.compensationFailed)).toEqual(['trip-booking']);
  });

  test('agrees with what the domains declare: no fact without a maker, no reader that receives nothing', () => {
    const declared = eventFlow.producers.flatMap(({ publishes }) => publishes);
    expect(declared.filter(type => producers(type).length === 0)).toEqual([]);
    for (const { name, readsFields } of eventFlow.consumers) {
      const received = catalogue.events.filter(({ type }) => consumers(type).includes(name)).map(({ type }) => type);
      expect(received.toSorted(), name).toEqual(Object.keys(readsFields).toSorted());
    }
    for (const { name, accepts } of eventFlow.processors) {
      expect(accepts.filter(({ type }) => !consumers(type).includes(name))).toEqual([]);
    }
  });

  test('says what becomes of it: the state that is kept, the saga that starts, who answers, what may follow', () => {
    const [sales] = event(behaviourEventTypes.purchaseMade).way.consumers;
    expect(sales?.writes.map(({ name }) => name)).toEqual(['daily-sales']);
    expect(sales?.routes.map(({ name }) => name)).toEqual(['GET /sales']);
    const booking = event(travelEventTypes.bookingRequested).way;
    expect(booking.consumers.flatMap(({ starts }) => starts.map(({ name }) => name))).toEqual(['trip-booking']);
    expect(booking.leadsTo).toEqual([
      travelEventTypes.cancelled,
      travelEventTypes.compensationFailed,
      travelEventTypes.confirmed,
    ]);
  });

  test('has samples that the platform takes: at the door, on the bus, and by rule as the embedded bus judges', () => {
    const parseFact = eventParser(factContracts);
    for (const { type, isIngested, samples, way } of catalogue.events) {
      expect(isIngested).toBe(ingestContracts.some(contract => contract.type === type));
      for (const { event: sample, verdicts } of samples) {
        expect((isIngested ? parseIngestedEvent : parseFact)(sample), JSON.stringify(sample)).toMatchObject({
          ok: true,
        });
        for (const { rule } of way.consumers) {
          if (!rule) continue;
          const onBus = { source: sample.source, 'detail-type': type, detail: sample };
          const pattern = compilePattern(JSON.stringify(rule.properties.EventPattern));
          expect(verdicts.get(rule.id)?.matches).toBe(matchesPattern(pattern, JSON.stringify(onBus)));
        }
      }
    }
    const purchase = event(behaviourEventTypes.purchaseMade).samples[0]?.verdicts ?? new Map();
    expect([...purchase.values()]).toContainEqual({ matches: false, reasons: ['data.amountMilli is 15300'] });
  });

  test('draws no detour: what overflows comes to the stream all the same', () => {
    const names = [...catalogue.wiring.parts.values()].map(({ name }) => name);
    expect(names).toContain('collector');
    expect(names.filter(name => name.startsWith('overflow'))).toEqual([]);
  });

  test('says how long facts and incoming events are kept', () => {
    const kept = (type: string) => event(type).retention.map(({ where, kept: time }) => `${where}: ${time}`);
    expect(kept(behaviourEventTypes.pageViewed)).toEqual(['stream events: 24 hours', 'bucket quarantine: 90 days']);
    expect(kept(behaviourEventTypes.purchaseMade)).toEqual(
      expect.arrayContaining([
        'archive facts: 30 days',
        'queue sales-projection: 4 days',
        'queue sales-projection-dlq: 14 days',
        'queue sales-projection-undelivered: 14 days',
      ]),
    );
  });
});

describe('buildCatalogue', () => {
  const sources = shopSources();
  const shipped = (given = sources) => {
    const found = buildCatalogue(given).events.find(({ type }) => type === SHIPPED);
    if (!found) throw new Error('Cannot find the fact of the shop');
    return found;
  };

  test('follows a fact from its maker to its consumer, and a new version to what it changed', () => {
    const { way, versions, reads, retention } = shipped();
    expect(way.steps.map(({ from, to }) => [from, to])).toEqual([
      [shop.stream, shop.processor],
      [shop.processor, shop.table],
      [shop.table, shop.publisher],
      [shop.publisher, shop.bus],
      [shop.bus, shop.rule],
      [shop.rule, shop.queue],
      [shop.queue, shop.consumer],
    ]);
    expect(versions.map(({ version, changes }) => [version, changes.map(({ field }) => field)])).toEqual([
      ['1.0.0', ['data.carrier']],
      ['0.9.0', []],
    ]);
    expect(reads).toEqual(new Map([['mailer', ['id', 'data.carrier']]]));
    expect(retention.map(({ where, kept }) => `${where}: ${kept}`)).toEqual([
      'queue mails: 4 days',
      'queue mails-dlq: 14 days',
    ]);
  });

  test('follows what comes in through the door to the state that is made of it, who answers from it, and what follows', () => {
    const placed = buildCatalogue(sources).events.find(({ type }) => type === PLACED);
    expect(placed?.way.producers.map(({ part, triggers }) => [part.name, triggers.map(({ name }) => name)])).toEqual([
      ['collector', ['POST /events']],
    ]);
    expect(placed?.way.consumers.map(({ part, routes }) => [part?.name, routes.map(({ name }) => name)])).toEqual([
      ['order-state', ['GET /orders/{id}']],
    ]);
    expect(placed?.way.leadsTo).toEqual([SHIPPED]);
    expect(placed?.samples[0]?.event.subject).toBe('order-1');
  });

  test.each([
    { lost: 'the mapping of the queue', place: shop.queue, waiting: ['mails'] },
    { lost: 'the rule', place: shop.rule, waiting: [] },
  ])('loses the consumer with $lost', ({ place, waiting }) => {
    const isLost = ({ type, arn }: (typeof sources.resources)[number]) =>
      /(EventSourceMapping|Rule)$/.test(type) && arn.startsWith(place);
    const { way } = shipped({ ...sources, resources: sources.resources.filter(each => !isLost(each)) });
    expect(way.consumers.flatMap(({ part }) => part?.name ?? [])).toEqual([]);
    expect(way.consumers.map(({ source }) => source.name)).toEqual(waiting);
  });

  test('draws no dead letters, no books of idempotency, no questions of browsers', () => {
    const names = [...buildCatalogue(sources).wiring.parts.values()].map(({ name }) => name);
    expect(names).toContain('mails');
    for (const silent of ['mails-dlq', 'idempotency', 'OPTIONS /events']) expect(names).not.toContain(silent);
  });

  test('takes a rule that no event of the type can meet for no way', () => {
    const resources = sources.resources.map(each =>
      each.type === 'AWS::Events::Rule'
        ? { ...each, properties: { ...each.properties, EventPattern: { source: ['somebody.else'] } } }
        : each,
    );
    expect(shipped({ ...sources, resources }).way.consumers).toEqual([]);
  });
});
