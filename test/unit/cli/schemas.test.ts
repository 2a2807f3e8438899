import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../cli/command.ts';
import { checkSchemas, reviewText } from '../../../cli/schemas/check.ts';
import { diffText } from '../../../cli/schemas/diff.ts';
import { fakeEvents } from '../../../cli/schemas/fake-events.ts';
import { inferFile } from '../../../cli/schemas/infer.ts';
import { hasHistory, workingSchemas } from '../../../cli/schemas/schema-files.ts';
import type { EventReader } from '../../../core/index.ts';
import { parseBehaviourFact } from '../../../domains/behaviour/events/fact-contracts.ts';
import { parseIngestedEvent } from '../../../domains/ingest-contracts.ts';
import { parseTravelFact } from '../../../domains/travel/events/fact-contracts.ts';

const FILE = 'domains/shop/events/order-placed.v1.schema.json';
const internal = { description: 'What it is.', 'x-classification': 'internal' };
const placed = {
  title: 'OrderPlaced',
  description: 'Somebody ordered.',
  'x-owner': 'team-shop',
  examples: [{ total: 1 }],
  'x-type': 'shop.order.placed.v1',
  'x-version': '1.0.0',
  type: 'object',
  properties: { total: { ...internal, type: 'integer' }, note: { ...internal, type: 'string' } },
  required: ['total'],
};
const SOURCES = {
  'domains/shop/events/event-types.ts': "export const shopEventTypes = { placed: 'shop.order.placed.v1' } as const;",
  'domains/shop/events/shop-fact.ts': 'export type ShopFact = TypedEvent<typeof types.placed, OrderPlaced>;',
  'lambdas/totals/handler.ts':
    'import type { ShopFact } from "x"; export const sum = (fact: ShopFact) => fact.data.total;',
  'lambdas/counter/handler.ts': "export const counted = 'shop.order.placed.v1';",
  'lambdas/other/handler.ts': 'export const total = 1;',
};

const readers: readonly EventReader[] = [
  { name: 'totals', readsFields: { 'shop.order.placed.v1': ['id', 'data.total'] } },
  { name: 'notes', readsFields: { 'shop.order.placed.v1': ['data.note'] } },
  { name: 'stranger', readsFields: { 'shop.order.paid.v1': ['data.total'] } },
];

let root = '';

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'millrace-schemas-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: string | object): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

function commit(): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'x');
}

async function shop(): Promise<void> {
  await write(FILE, placed);
  for (const [file, text] of Object.entries(SOURCES)) await write(file, text);
  commit();
}

describe('schemas check', () => {
  it('names the field, the rule and the code that uses them', async () => {
    await shop();
    await write(FILE, { ...placed, 'x-version': '1.1.0', properties: { note: placed.properties.note }, required: [] });
    const [review, ...others] = await checkSchemas('HEAD', { root, readers });
    expect(others).toEqual([]);
    expect(review).toMatchObject({ type: 'shop.order.placed.v1', change: 'changed', from: '1.0.0', to: '1.1.0' });
    expect(review?.problems).toMatchObject([
      {
        rule: 'required',
        field: 'data.total',
        readers: ['totals'],
        users: [
          { file: 'lambdas/counter/handler.ts', namesField: false },
          { file: 'lambdas/totals/handler.ts', namesField: true },
        ],
      },
    ]);
    expect(reviewText(review ? [review] : [], 'HEAD')).toContain(
      'uses the type and names the field: lambdas/totals/handler.ts',
    );
  });

  it('accepts an optional field, and remembers every version that was committed', async () => {
    await shop();
    const problems = async () =>
      (await checkSchemas('HEAD', { root, readers: [] })).flatMap(review => review.problems.map(({ field }) => field));
    const { note: _note, ...properties } = placed.properties;
    await write(FILE, { ...placed, 'x-version': '1.1.0', properties });
    expect(await problems()).toEqual([]);
    commit();
    await write(FILE, {
      ...placed,
      'x-version': '1.2.0',
      properties: { ...properties, note: { ...internal, type: 'integer' } },
    });
    expect(await problems()).toEqual(['data.note', 'data.note']);
  });

  it('names the consumers that a change breaks, also one that no other rule refuses', async () => {
    await shop();
    const { total, note } = placed.properties;
    await write(FILE, { ...placed, 'x-version': '1.1.0', properties: { total: { ...total, type: 'number' } } });
    const [review] = await checkSchemas('HEAD', { root, readers });
    expect(review?.problems.map(({ rule, field, readers: broken }) => [rule, field, ...broken])).toEqual([
      ['type', 'data.total', 'totals'],
      ['reads', 'data.note', 'notes'],
    ]);
    expect(reviewText(review ? [review] : [], 'HEAD').split('\n')).toEqual(
      expect.arrayContaining([
        '    breaks totals, which reads it',
        '  notes: data.note is read of shop.order.placed.v1, but version 1.1.0 does not have it',
        '    breaks notes, which reads it',
      ]),
    );
    await write(FILE, { ...placed, 'x-version': '1.1.0', properties: { total, note, coupon: note } });
    const late = { name: 'late', readsFields: { 'shop.order.placed.v1': ['data.coupon'] } };
    const refused = async (reader: EventReader) =>
      (await checkSchemas('HEAD', { root, readers: [reader] })).flatMap(({ problems }) =>
        problems.map(({ text }) => text),
      );
    expect(await refused(late)).toEqual([
      'late: data.coupon is read of shop.order.placed.v1, but version 1.0.0 does not have it',
    ]);
    expect(await refused({ ...late, since: { 'shop.order.placed.v1': '1.1.0' } })).toEqual([]);
  });

  it('refuses that a type goes away, takes a new one, and says when there is nothing to compare with', async () => {
    expect(await hasHistory(root)).toBe(false);
    await shop();
    await expect(checkSchemas('nowhere', { root, readers })).rejects.toThrow(UsageError);
    await rm(path.join(root, FILE));
    await write(FILE.replace('placed', 'paid'), { ...placed, title: 'OrderPaid', 'x-type': 'shop.order.paid.v1' });
    const reviews = await checkSchemas('HEAD', { root, readers });
    expect(reviews.map(({ change, problems }) => [change, ...problems.map(({ rule }) => rule)])).toEqual([
      ['added'],
      ['removed', 'removed'],
    ]);
  });
});

describe('schemas fake', () => {
  it('makes events of every type that their parsers take, the same for the same seed', async () => {
    const parsers = [parseIngestedEvent, parseBehaviourFact, parseTravelFact];
    for (const { schema } of await workingSchemas()) {
      const options = { count: 50, seed: 3, startMs: Date.UTC(2026, 0, 1), subjects: 5 };
      const events = [...fakeEvents(schema, options)];
      for (const event of events)
        expect(
          parsers.some(parse => parse(event).ok),
          JSON.stringify(event),
        ).toBe(true);
      expect([...fakeEvents(schema, options)]).toEqual(events);
      expect(new Set(events.map(({ id }) => id)).size).toBe(50);
    }
  });
});

describe('schemas infer', () => {
  it('reads tables, with numbers as numbers and empty cells as absent', async () => {
    await write('orders.csv', 'Invoice,Quantity,Country\n1001,3,\n1002,4,France\n');
    const { schema, rows } = await inferFile(path.join(root, 'orders.csv'), 'shop.order.placed.v2');
    expect(rows).toBe(2);
    expect(schema).toMatchObject({
      title: 'OrderPlaced',
      'x-version': '2.0.0',
      properties: { Quantity: { type: 'integer' }, Country: { type: 'string', 'x-classification': 'personal' } },
      required: ['Invoice', 'Quantity'],
    });
  });

  it('describes the data of events, counts what it cannot read, and wants a row', async () => {
    const event = { specversion: '1.0', id: '1', source: 's', type: 't', data: { a: 1 } };
    await write('events.ndjson', `${JSON.stringify(event)}\nnope\n`);
    await write('empty.ndjson', '');
    const read = (file: string, type = 'a.b.c.v1') => inferFile(path.join(root, file), type);
    expect(await read('events.ndjson')).toMatchObject({
      rows: 1,
      unreadable: 1,
      schema: { properties: { a: { type: 'integer' } } },
    });
    await expect(read('empty.ndjson')).rejects.toThrow(UsageError);
    await expect(read('events.ndjson', 'nonsense')).rejects.toThrow(UsageError);
  });
});

describe('schemas diff', () => {
  it('says what came, went and changed, and what it means in each direction', () => {
    const next = {
      ...placed,
      'x-version': '1.1.0',
      properties: { total: { type: 'number' }, paid: { type: 'boolean' } },
    };
    expect(diffText(placed, next).split('\n')).toEqual([
      '~ data.total  required: x-classification internal, type integer  →  required: type number',
      '- data.note  optional: x-classification internal, type string',
      '+ data.paid  optional: type boolean',
      'backward compatible',
      'forward incompatible',
      '  data.total (type, at #/properties/total/type): written by 1.1.0: number; read by 1.0.0: integer',
    ]);
  });
});
