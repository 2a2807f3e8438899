// biome-ignore-all lint/suspicious/noThenProperty: a keyword of JSON Schema
import { beforeEach, describe, expect, it } from 'vitest';
import {
  compareVersions,
  type EventContract,
  eventParser,
  planRegistration,
  type RegisteredSchema,
  registeredContracts,
  registeredSchema,
  type SchemaObject,
  schemaOfBusEvent,
  schemaUri,
} from '../../../../core/index.ts';
import { registeredSchemas } from '../../../../domains/registered-schemas.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const TYPE = 'behaviour.page.viewed.v1';
const version = (number: string, rules: SchemaObject): RegisteredSchema => ({
  type: TYPE,
  version: number,
  schema: rules,
});
const withField = (field: string): SchemaObject => ({ properties: { [field]: { type: 'string' } } });

/** A registry in memory that counts what it is asked. */
function memoryRegistry() {
  const calls: string[] = [];
  const registry = {
    schemas: [] as RegisteredSchema[],
    revision: 0,
    isDown: false,
    async head() {
      calls.push('head');
      if (registry.isDown) throw new Error('no connection');
      if (registry.revision === 0) return undefined;
      const byType = Map.groupBy(registry.schemas, ({ type }) => type);
      const versions = [...byType].map(([type, some]) => [type, some.map(each => each.version)]);
      return { revision: registry.revision, versions: Object.fromEntries(versions) };
    },
    async read(type: string) {
      calls.push(`read ${type}`);
      return registry.schemas.filter(each => each.type === type);
    },
    put(...schemas: RegisteredSchema[]) {
      registry.schemas.push(...schemas);
      registry.revision++;
    },
  };
  return { registry, calls };
}

describe('registeredContracts', () => {
  const own: EventContract = { type: TYPE, version: '1.0.0', problemOf: () => undefined };
  let nowMs: number;
  let failures: unknown[];
  let store: ReturnType<typeof memoryRegistry>;
  let registered: ReturnType<typeof registeredContracts>;

  beforeEach(() => {
    nowMs = Date.UTC(2026, 0, 1);
    failures = [];
    store = memoryRegistry();
    registered = registeredContracts({
      registry: store.registry,
      clock: { now: () => nowMs },
      own: [own],
      onFailure: error => failures.push(error),
    });
  });

  const judge = (data: unknown, dataschema?: string) => {
    const event = { ...pageViewed(), data, ...(dataschema !== undefined && { dataschema }) };
    const parsed = eventParser([own], registered.contractFor)(event);
    return parsed.ok ? 'good' : parsed.problem.field;
  };

  it('asks for the head once in a while, never for an event, and for schemas only when it knows others than the code', async () => {
    store.registry.put(version('1.0.0', {}), { ...version('1.0.0', {}), type: 'other.thing.done.v1' });
    for (let call = 0; call < 100; call++) {
      await registered.refresh();
      judge({});
    }
    expect(store.calls).toEqual(['head']);
    nowMs += 44_999;
    await registered.refresh();
    expect(store.calls).toEqual(['head']);
    store.registry.put(version('1.1.0', withField('coupon')));
    nowMs += 1;
    await registered.refresh();
    expect(store.calls).toEqual(['head', 'head', `read ${TYPE}`]);
    nowMs += 45_000;
    await registered.refresh();
    expect(store.calls).toEqual(['head', 'head', `read ${TYPE}`, 'head']);
  });

  it('judges by the version that an event declares, by the newest when it declares none or one that nobody knows', async () => {
    store.registry.put(version('1.2.0', withField('b')), version('1.1.0', withField('a')));
    await registered.refresh();
    expect(judge({ a: 1, b: 1 }, schemaUri(TYPE, '1.0.0'))).toBe('good');
    expect(judge({ a: 1, b: 1 }, schemaUri(TYPE, '1.1.0'))).toBe('data.a');
    expect(judge({ a: 1, b: 1 }, schemaUri(TYPE, '1.2.0'))).toBe('data.b');
    expect(judge({ a: 1, b: 1 }, schemaUri(TYPE, '1.7.0'))).toBe('data.b');
    expect(judge({ a: 1, b: 1 }, 'https://example.com/own.json')).toBe('data.b');
    expect(judge({ a: 1, b: 1 })).toBe('data.b');
    expect(judge({ a: 1 })).toBe('good');
  });

  it("keeps the code's own contract while that is the newest, whatever came before", async () => {
    store.registry.put(version('0.9.0', withField('a')));
    await registered.refresh();
    expect(judge({ a: 1 })).toBe('good');
    expect(judge({ a: 1 }, schemaUri(TYPE, '0.9.0'))).toBe('data.a');
  });

  it('goes on with what it knows when the registry cannot be reached, says so, and asks again later', async () => {
    store.registry.isDown = true;
    await registered.refresh();
    expect(judge({ a: 1 })).toBe('good');
    expect(failures).toEqual([new Error('no connection')]);
    store.registry.isDown = false;
    store.registry.put(version('1.1.0', withField('a')));
    await registered.refresh();
    expect(judge({ a: 1 })).toBe('good');
    nowMs += 45_000;
    await registered.refresh();
    expect(judge({ a: 1 })).toBe('data.a');
    store.registry.isDown = true;
    nowMs += 45_000;
    await registered.refresh();
    expect(judge({ a: 1 })).toBe('data.a');
    expect(failures).toHaveLength(2);
  });

  it('survives a clock that is set back', async () => {
    await registered.refresh();
    nowMs -= 60 * 60_000;
    await registered.refresh();
    expect(store.calls).toEqual(['head', 'head']);
  });
});

describe('registeredSchema', () => {
  it('takes a schema by what it says of itself, and refuses one that says it wrongly', () => {
    const schema = { 'x-type': TYPE, 'x-version': '1.4.2' };
    expect(registeredSchema(schema)).toEqual({ type: TYPE, version: '1.4.2', schema });
    expect(() => registeredSchema({ 'x-type': 'page viewed' })).toThrow(
      'Cannot register schema: x-type must be an event type, received "page viewed"',
    );
    for (const wrong of ['2.0.0', '1.0', undefined]) {
      expect(() => registeredSchema({ ...schema, 'x-version': wrong })).toThrow(
        `Cannot register schema of ${TYPE}: x-version must be 1.<minor>.<patch>, received ${JSON.stringify(wrong)}`,
      );
    }
  });
});

describe('planRegistration', () => {
  const present = [version('1.0.0', { title: 'A', type: 'object' })];

  it('adds what is not there, whatever the order of keywords, and finds what says something else', () => {
    const same = version('1.0.0', { type: 'object', title: 'A' });
    const added = version('1.1.0', { type: 'object' });
    expect(planRegistration([same, added], present)).toEqual({ added: [added], conflicting: [] });
    const other = version('1.0.0', { title: 'B', type: 'object' });
    expect(planRegistration([other], present)).toEqual({ added: [], conflicting: [other] });
  });

  it('finds two of one name among what is asked for', () => {
    const [one, other] = [version('1.1.0', { title: 'A' }), version('1.1.0', { title: 'B' })];
    expect(planRegistration([one, other], present)).toEqual({ added: [one], conflicting: [other] });
    expect(planRegistration([one, one], present)).toEqual({ added: [one], conflicting: [] });
  });
});

describe('compareVersions', () => {
  it('goes by numbers, not by text; what is no version is older', () => {
    const versions = ['1.10.0', 'x', '1.9.12', '1.9.2', '2.0.0'];
    expect(versions.toSorted(compareVersions)).toEqual(['x', '1.9.2', '1.9.12', '1.10.0', '2.0.0']);
  });
});

describe('schemaOfBusEvent', () => {
  it.each(registeredSchemas)('$type $version is draft 4, and within what EventBridge takes', registered => {
    const text = JSON.stringify(schemaOfBusEvent(registered));
    expect(text.length).toBeLessThan(100_000);
    expect(JSON.parse(text).$schema).toBe('http://json-schema.org/draft-04/schema#');
    expect(text).not.toMatch(/"(const|if|then|else|examples|prefixItems|dependentRequired|unevaluatedProperties)":/);
  });

  it('says in words of draft 4 what later drafts say in others', () => {
    const schema = {
      title: 'Left',
      properties: {
        state: { const: 'open' },
        age: { exclusiveMinimum: 0 },
        pair: { prefixItems: [true], items: false },
      },
      if: { required: ['a'] },
      then: { required: ['b'] },
      dependentRequired: { c: ['d'] },
    };
    const described = schemaOfBusEvent({ type: 'shop.cart.left.v1', version: '1.0.0', schema }) as unknown as {
      properties: { detail: { properties: { data: SchemaObject } } };
    };
    expect(described.properties.detail.properties.data).toEqual({
      title: 'Left',
      properties: {
        state: { enum: ['open'] },
        age: { minimum: 0, exclusiveMinimum: true },
        pair: { items: [{}], additionalItems: false },
      },
      dependencies: { c: ['d'] },
      allOf: [
        {
          anyOf: [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, { allOf: [{ not: { required: ['a'] } }, {}] }],
        },
      ],
    });
  });
});
