import {
  type EventCatalog,
  fakeData,
  interpretedValidator,
  type SchemaObject,
  seededRandom,
} from '../../../../../core/index.ts';

export const SOURCE = 'shop.orders';
export const TYPE = 'shop.order.placed.v1';

/** A catalog of one type, of which the schema is given, or several versions of it. */
export function shopCatalog(...schemas: readonly SchemaObject[]): EventCatalog {
  return {
    versions: schemas.map((schema, index) => ({ type: TYPE, version: `1.${index}.0`, schema })),
    producers: [{ source: SOURCE, publishes: [TYPE] }],
    buses: ['shop'],
  };
}

/** An event as EventBridge has it. */
export function busEvent(data: unknown, { type, source }: { readonly type: string; readonly source: string }): object {
  const [id, time] = ['01JD0B5T4M2V9QZ3N6X8R7K1WA', '2026-03-01T09:30:00.000Z'];
  return {
    version: '0',
    id: '7b0c1f6e-5d8e-4f0a-9a53-2f4b3b0c9a11',
    'detail-type': type,
    source,
    account: '000000000000',
    time: '2026-03-01T09:30:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: {
      specversion: '1.0',
      id,
      source,
      type,
      subject: 'visitor-7',
      time,
      datacontenttype: 'application/json',
      data,
    },
  };
}

/** Up to so many data that keep a schema. */
export function someData(schema: SchemaObject, seed: number, count: number): readonly unknown[] {
  const random = seededRandom(seed);
  const accepts = interpretedValidator(schema);
  const found: unknown[] = [];
  while (found.length < count) {
    const made = fakeData(schema, { random, accepts });
    if (!made) break;
    found.push(made.data);
  }
  return found;
}

export interface Leaf {
  readonly path: readonly string[];
  readonly value: string | number | boolean | null;
}

/** Every value in an event that a pattern can compare. */
export function leavesOf(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap(item => leavesOf(item, path));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
  }
  return value === undefined ? [] : [{ path, value: value as Leaf['value'] }]; // JSON has no other
}

/** A pattern that asks one thing of each field. */
export function patternOf(
  asked: readonly { readonly path: readonly string[]; readonly entries: readonly unknown[] }[],
): object {
  const pattern: Record<string, unknown> = {};
  for (const { path, entries } of asked) {
    let at = pattern;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>; // just made, or made before: no path here is the beginning of another
    }
    at[path.at(-1) ?? ''] = entries;
  }
  return pattern;
}
