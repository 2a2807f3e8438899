// biome-ignore-all lint/suspicious/noThenProperty: a keyword of JSON Schema
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  dataShapeOf,
  type EventContract,
  fakeData,
  filledData,
  interpretedValidator,
  minorCast,
  readerCast,
  type SchemaObject,
  schemaContract,
  schemaUri,
  seededRandom,
  type TypedEvent,
  trimmedData,
  type Validator,
  versionChain,
} from '../../../../core/index.ts';
import { domainNames, eventSchemas } from '../../../../domains/generate-events.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const schemas = (await Promise.all((await domainNames()).map(eventSchemas))).flat();

const OLDER: SchemaObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
  },
  required: ['name'],
};
const NEWER: SchemaObject = {
  ...OLDER,
  properties: {
    name: { type: 'string' },
    channel: { type: 'string', default: 'web' },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, gift: { type: 'boolean', default: false } } },
    },
  },
};

describe('dataShapeOf', () => {
  it('follows references, and counts what alternatives name, but not their defaults', () => {
    const shape = dataShapeOf({
      $defs: { money: { type: 'object', properties: { cents: { default: 0 } } } },
      properties: { price: { $ref: '#/$defs/money' }, kind: { enum: ['a', 'b'] } },
      anyOf: [{ properties: { left: { default: 1 } } }, { properties: { right: true } }],
      then: { properties: { later: {} } },
    });
    expect(shape).toEqual({
      members: { price: { members: { cents: { default: 0 } } }, kind: {}, left: {}, right: {}, later: {} },
    });
  });

  it('knows all members where some have no names of their own', () => {
    expect(dataShapeOf({ properties: { a: {} }, additionalProperties: { type: 'string' } })).toEqual({});
  });

  it('ends where a schema refers to itself', () => {
    const shape = dataShapeOf({ properties: { next: { $ref: '#' } } });
    expect(JSON.stringify(shape).length).toBeLessThan(1000);
  });
});

describe('filledData and trimmedData', () => {
  const [older, newer] = [dataShapeOf(OLDER), dataShapeOf(NEWER)];

  it('fill in what is absent at every depth, and leave out what an older version does not know', () => {
    const written = { name: 'A', lines: [{ sku: '1' }, { sku: '2', gift: true }] };
    const seen = {
      name: 'A',
      channel: 'web',
      lines: [
        { sku: '1', gift: false },
        { sku: '2', gift: true },
      ],
    };
    expect(filledData(newer, written)).toEqual(seen);
    expect(trimmedData(older, { ...seen, more: 1 })).toEqual({ name: 'A', lines: [{ sku: '1' }, { sku: '2' }] });
    expect(written).toEqual({ name: 'A', lines: [{ sku: '1' }, { sku: '2', gift: true }] });
  });

  it('share what does not change: the very same value comes back', () => {
    const whole = { name: 'A', channel: 'app', lines: [{ sku: '1', gift: true }] };
    expect(filledData(newer, whole)).toBe(whole);
    expect(trimmedData(newer, whole)).toBe(whole);
  });

  it('never share a default with an event', () => {
    const shape = dataShapeOf({ properties: { tags: { default: [] } } });
    const [one, other] = [filledData(shape, {}), filledData(shape, {})] as { tags: string[] }[];
    one?.tags.push('x');
    expect(other).toEqual({ tags: [] });
  });

  it('up then down keeps what the older version knows, whatever was written', () => {
    const validate = interpretedValidator(OLDER);
    const values = fc.integer().map(seed => fakeData(OLDER, { random: seededRandom(seed), accepts: validate })?.data);
    fc.assert(
      fc.property(values, fc.dictionary(fc.string(), fc.jsonValue()), (data, unknown) => {
        const written = { ...unknown, ...Object(data) };
        expect(trimmedData(older, filledData(newer, written))).toEqual(trimmedData(older, written));
      }),
    );
  });

  it.each(schemas)('$x-type: its own examples pass unchanged, and are trimmed of nothing', schema => {
    const shape = dataShapeOf(schema);
    for (const example of schema.examples) {
      expect(trimmedData(shape, filledData(shape, example))).toEqual(filledData(shape, example));
      expect(trimmedData(shape, example)).toEqual(example);
    }
  });
});

describe('minorCast', () => {
  const target = { type: 'behaviour.page.viewed.v1', version: '1.0.0', shape: dataShapeOf(OLDER) };
  const event = { ...pageViewed(), data: { name: 'A', channel: 'app' } };

  it('trims an event that declares a newer version, and says what it has become', () => {
    const newer = { ...event, dataschema: schemaUri(target.type, '1.1.0') };
    expect(minorCast(target)(newer)).toEqual({
      ...event,
      data: { name: 'A' },
      dataschema: schemaUri(target.type, '1.0.0'),
    });
  });

  it.each([
    ['nothing', undefined],
    ['its own version', schemaUri(target.type, '1.0.0')],
    ['the version of another type', schemaUri('behaviour.search.performed.v1', '1.1.0')],
    ['no version at all', 'https://example.com/schema.json'],
  ])('leaves an event alone that declares %s', (_, dataschema) => {
    const told = { ...event, ...(dataschema !== undefined && { dataschema }) } as CloudEvent;
    expect(minorCast(target)(told)).toBe(told);
  });

  it('fills in defaults, whoever wrote the event', () => {
    const cast = minorCast({ ...target, version: '1.1.0', shape: dataShapeOf(NEWER) });
    expect(cast({ ...event, data: { name: 'A' } }).data).toEqual({ name: 'A', channel: 'web' });
  });
});

interface CartV1 {
  readonly total: number;
}
interface CartV2 {
  readonly amount: { readonly cents: number; readonly currency: string };
}
interface CartV3 extends CartV2 {
  readonly lines: number;
}

describe('versionChain', () => {
  const judged = <Type extends string, Data>(type: Type, schema: SchemaObject, version: string) =>
    schemaContract(
      type,
      Object.assign(interpretedValidator(schema), {
        version,
        shape: dataShapeOf(schema),
      }) as unknown as Validator<Data>,
    );
  const v1 = judged<'shop.cart.left.v1', CartV1>(
    'shop.cart.left.v1',
    { properties: { total: { type: 'integer' } }, required: ['total'] },
    '1.0.0',
  );
  const amount = {
    type: 'object',
    properties: { cents: { type: 'integer' }, currency: { type: 'string' } },
    required: ['cents', 'currency'],
  };
  const v2 = judged<'shop.cart.left.v2', CartV2>(
    'shop.cart.left.v2',
    { properties: { amount }, required: ['amount'] },
    '2.1.0',
  );
  const v3 = judged<'shop.cart.left.v3', CartV3>(
    'shop.cart.left.v3',
    { properties: { amount, lines: { type: 'integer', default: 1 } }, required: ['amount'] },
    '3.0.0',
  );
  const chain = versionChain(v1)
    .next(v2, {
      up: ({ total }) => ({ amount: { cents: total, currency: 'EUR' } }),
      down: ({ amount: { cents } }) => ({ total: cents }),
    })
    .next(v3, { up: ({ amount }) => ({ amount, lines: 1 }), down: ({ amount }) => ({ amount }) });
  const event = (type: string, data: unknown): CloudEvent => ({ ...pageViewed(), type, data });
  type Newest = TypedEvent<'shop.cart.left.v3', CartV3>;

  it('gives a reader of the newest version every version as the newest, and the event stays the same event', () => {
    const cast = readerCast<Newest>(chain.reads);
    const old = event('shop.cart.left.v1', { total: 250 });
    const seen = { ...old, type: 'shop.cart.left.v3', dataschema: schemaUri('shop.cart.left.v3', '3.0.0') };
    const data = { amount: { cents: 250, currency: 'EUR' }, lines: 1 };
    expect(cast(old)).toEqual({ ...seen, data });
    expect(cast(event('shop.cart.left.v2', { amount: data.amount })).data).toEqual(data);
    expect(cast(event('shop.cart.left.v3', { amount: data.amount })).data).toEqual(data);
    expect(chain.reads.map(({ type }) => type)).toEqual([
      'shop.cart.left.v1',
      'shop.cart.left.v2',
      'shop.cart.left.v3',
    ]);
  });

  it('lets a producer of the newest version write every older one', () => {
    const newest = event('shop.cart.left.v3', { amount: { cents: 7, currency: 'EUR' }, lines: 2 }) as Newest;
    expect(chain.writes('shop.cart.left.v1')(newest)).toMatchObject({
      type: 'shop.cart.left.v1',
      id: newest.id,
      data: { total: 7 },
      dataschema: schemaUri('shop.cart.left.v1', '1.0.0'),
    });
    expect(chain.writes('shop.cart.left.v2')(newest).data).toEqual({ amount: { cents: 7, currency: 'EUR' } });
    expect(chain.writes('shop.cart.left.v3')(newest)).toBe(newest);
    expect(() => chain.writes('shop.cart.left.v4')).toThrow(
      "Cannot write shop.cart.left.v3 as 'shop.cart.left.v4': its versions are shop.cart.left.v1, ",
    );
  });

  it('up then down gives back what the older version wrote', () => {
    const up = readerCast<Newest>(chain.reads);
    fc.assert(
      fc.property(fc.integer(), total => {
        const old = event('shop.cart.left.v1', { total });
        expect(chain.writes(old.type)(up(old)).data).toEqual(old.data);
      }),
    );
  });

  it('says which step has a mistake: what it makes must keep its contract', () => {
    const broken = versionChain(v1).next(v2 as EventContract<TypedEvent<'shop.cart.left.v2', CartV2>>, {
      up: () => ({ amount: { cents: 0.5, currency: 'EUR' } }),
      down: () => ({ total: 0 }),
    });
    const old = event('shop.cart.left.v1', { total: 1 });
    expect(() => readerCast(broken.reads)(old)).toThrow(
      `Cannot cast shop.cart.left.v1 to shop.cart.left.v2: data.amount.cents must be integer, in event ${old.id}`,
    );
  });
});
