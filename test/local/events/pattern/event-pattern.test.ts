import { describe, expect, test } from 'vitest';
import { compilePattern, matchesPattern } from '../../../../local/services/events/pattern/event-pattern.ts';

const matches = (pattern: unknown, event: unknown): boolean =>
  matchesPattern(compilePattern(toText(pattern)), toText(event));

const toText = (json: unknown): string => (typeof json === 'string' ? json : JSON.stringify(json));

describe('matchesPattern compares numbers', () => {
  test.each([
    ['300', '3e2', true],
    ['300', '300.0', true],
    ['0.3', '0.30', true],
    ['-0', '0', true],
    ['300', '"300"', false],
    ['12345678901234567890', '12345678901234567890', true],
    ['12345678901234567890', '12345678901234567891', false],
    ['12345678901234567890', '1.2345678901234567890e19', false],
    ['1e400', '1e400', true],
  ])('%s against %s: %s', (pattern, event, expected) => {
    expect(matches(`{"n":[${pattern}]}`, `{"n":${event}}`)).toBe(expected);
  });

  test('anything-but takes numbers by value and lets strings pass', () => {
    const pattern = '{"n":[{"anything-but":[3e2]}]}';
    expect(matches(pattern, '{"n":300.0}')).toBe(false);
    expect(matches(pattern, '{"n":"300"}')).toBe(true);
    expect(matches(pattern, '{"n":null}')).toBe(true);
  });
});

describe('matchesPattern reads arrays', () => {
  const pattern = { items: { sku: ['a'], qty: [{ numeric: ['>', 1] }] } };

  test('conditions on an array of objects hold for one and the same element', () => {
    expect(matches(pattern, { items: [{ sku: 'a', qty: 2 }] })).toBe(true);
    expect(
      matches(pattern, {
        items: [
          { sku: 'a', qty: 1 },
          { sku: 'b', qty: 2 },
        ],
      }),
    ).toBe(false);
  });

  test('a condition inside nested arrays holds together with its outer element', () => {
    const nested = { items: { sku: ['a'], tags: { k: ['x'], v: ['1'] } } };
    const tags = (k: string, v: string) => [
      { k: 'x', v: '0' },
      { k, v },
    ];
    expect(
      matches(nested, {
        items: [
          { sku: 'a', tags: tags('x', '1') },
          { sku: 'b', tags: [] },
        ],
      }),
    ).toBe(true);
    expect(
      matches(nested, {
        items: [
          { sku: 'a', tags: tags('y', '1') },
          { sku: 'b', tags: tags('x', '1') },
        ],
      }),
    ).toBe(false);
  });

  test('values of different arrays are combined freely', () => {
    expect(matches({ a: { x: ['1'] }, b: { y: ['2'] } }, { a: [{ x: '0' }, { x: '1' }], b: [{ y: '2' }] })).toBe(true);
  });

  test('a field is absent from an element even when another element has it', () => {
    const absent = { items: { kind: ['a'], note: [{ exists: false }] } };
    expect(matches(absent, { items: [{ kind: 'a' }, { kind: 'b', note: 'n' }] })).toBe(true);
    expect(matches(absent, { items: [{ kind: 'a', note: 'n' }, { kind: 'b' }] })).toBe(false);
  });

  test('an empty array has no value, so its field does not exist', () => {
    expect(matches({ resources: [{ exists: true }] }, { resources: [] })).toBe(false);
    expect(matches({ resources: [{ exists: false }] }, { resources: [] })).toBe(true);
  });
});

describe('matchesPattern reads text', () => {
  test('dotted keys and nested objects are the same path', () => {
    expect(matches({ 'a.b': { c: ['x'] } }, { a: { 'b.c': 'x' } })).toBe(true);
  });

  test('escapes in keys and values are read before they are compared', () => {
    expect(matches('{"k\\u0065y":["\\u0061\\n"]}', '{"key":"a\\u000a"}')).toBe(true);
  });

  test('brackets and quotes inside strings that no rule asks about do not confuse the reader', () => {
    const event = '{"skip":{"x":"}]\\"{[","y":[1,{"z":"\\\\"}]}, "key" : "v" }';
    expect(matches('{"key":["v"]}', event)).toBe(true);
  });

  test('ignoring case, one letter may stand for two', () => {
    const pattern = { s: [{ 'equals-ignore-case': 'straße' }] };
    expect(matches(pattern, { s: 'STRASSE' })).toBe(true);
    expect(matches({ s: [{ 'equals-ignore-case': 'STRASSE' }] }, { s: 'straße' })).toBe(false);
  });

  test.each([
    ['a*', 'a', true],
    ['*a', 'ba', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['ab*ba', 'aba', false],
    ['\\*a\\\\*', '*a\\x', true],
    ['\\*a', 'xa', false],
  ])('wildcard %s against %s: %s', (wildcard, value, expected) => {
    expect(matches({ s: [{ wildcard }] }, { s: value })).toBe(expected);
  });
});

describe('compilePattern refuses', () => {
  test('with the place in the text', () => {
    const text = '{"detail":\n {"a": "x"}}';
    expect(() => compilePattern(text)).toThrow(
      `"a" must be an object or an array\n at [Source: (String)"${text}"; line: 2, column: 9]`,
    );
  });

  test.each([
    ['', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"a":[[1]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a":[{}]}', 'Match expression name not found'],
    ['{"$or":[{"a":[1]}]}', 'There must have at least 2 Objects in $or relationship.'],
    ['{"$or":[{"a":[1]},2]}', 'Only JSON object is allowed in array of $or relationship.'],
    ['{"$or":{"a":[1]}}', 'It must be an Array followed with $or.'],
    ['{"$or":[{"numeric":[1]},{"b":[1]}]}', 'numeric is Ruler reserved fieldName which cannot be used inside $or.'],
    ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 2'],
    ['{"a":[1', 'Unexpected end-of-input: expected close marker for Array'],
    ['{"a":[01]}', 'Invalid numeric value: Leading zeroes not allowed'],
    ['{"a":[{"anything-but":["x",1]}]}', 'Inside anything but list, either all values are number or string'],
    ['{"a":[{"anything-but":[]}]}', 'Inside anything but list, either all values are number or string'],
    ['{"a":[{"cidr":"10.0.0.1/32"}]}', 'IPv4 mask bits must be < 32'],
    ['{"a":[{"cidr":"::1/128"}]}', 'IPv6 mask bits must be < 128'],
    ['{"a":[{"cidr":"300.0.0.1/8"}]}', 'Invalid IP address: 300.0.0.1'],
  ])('%s', (text, reason) => {
    expect(() => compilePattern(text)).toThrow(reason);
  });
});
