import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventFields } from '../../../../local/services/events/pattern/event-fields.ts';
import { FieldTree } from '../../../../local/services/events/pattern/field-tree.ts';

const json = fc.json({ maxDepth: 4 }).map(text => `{"a":${text},"b":[${text}]}`);
/** What breaks JSON when it stands at the wrong place, and what may stand at many. */
const scrap = fc.constantFrom(
  ...['"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', '\t', '\r', '\u0000', '\u0001', '\u00a0', '\ufeff'],
  ...[
    '0',
    '1',
    '-',
    '+',
    '.',
    'e',
    'E',
    '00',
    '-0',
    '1.',
    '.5',
    '1e',
    '1e+',
    '0x1',
    'true',
    'tru',
    'null',
    'nul',
    'NaN',
  ],
  ...['\\u12', '\\u00e9', '\\uD800', '\\x', '\\/', "'", '//', 'é', '\u0122', '😀', '"a":1', '"a":1,'],
);
const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.option(scrap, { nil: '' })), { maxLength: 3 });

function edited(text: string, changes: readonly [number, number, string][]): string {
  return changes.reduce((before, [place, removed, inserted]) => {
    const at = place % (before.length + 1);
    return before.slice(0, at) + inserted + before.slice(at + removed);
  }, text);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function reads(text: string, ...paths: readonly string[]): EventFields | undefined {
  const tree = new FieldTree();
  for (const path of paths) tree.field(path);
  const fields = new EventFields(tree);
  try {
    fields.read(text);
    return fields;
  } catch (error) {
    expect((error as Error).name).toBe('EventSyntaxError'); // nothing else is thrown
    return undefined;
  }
}

describe('EventFields', () => {
  test('accepts what JSON.parse accepts, whichever fields are asked for', () => {
    fc.assert(
      fc.property(json, edits, (text, changes) => {
        const candidate = edited(text, changes);
        const accepted = isJsonObject(candidate);
        expect(reads(candidate, 'nothing') !== undefined).toBe(accepted);
        expect(reads(candidate, 'a', 'b', 'a.a') !== undefined).toBe(accepted);
      }),
      { seed: 9, numRuns: 3_000 },
    );
  });

  test('reads strings and spellings as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true })), { maxLength: 5 }),
        list => {
          const fields = reads(JSON.stringify({ a: list }), 'a');
          const values = fields?.values[0]?.flatMap(group => group.values) ?? [];
          expect(values.map(value => (value.isString ? value.text : Number(value.text)))).toEqual(
            list.map(value => JSON.parse(JSON.stringify(value))).map(value => value ?? 0),
          );
        },
      ),
      { seed: 10, numRuns: 300 },
    );
  });

  test('reads texts longer than any before, and deeper ones', () => {
    const deep = `${'['.repeat(5_000)}1${']'.repeat(5_000)}`;
    const long = 'x'.repeat(100_000);
    const fields = reads(`{"skipped":${deep},"a":"${long}"}`, 'a');
    expect(fields?.values[0]?.[0]?.values[0]?.text).toBe(long);
    expect(reads(`{"skipped":${deep.slice(1)}}`, 'a')).toBeUndefined();
  });
});
