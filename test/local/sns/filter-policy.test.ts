import { describe, expect, it } from 'vitest';
import { matchesFilterPolicy, parseFilterPolicy } from '../../../local/services/sns/filter-policy.ts';
import type { MessageAttributes } from '../../../local/services/sns/message-attributes.ts';

function onAttributes(policy: unknown, attributes: MessageAttributes): boolean {
  const scope = 'MessageAttributes';
  return matchesFilterPolicy(parseFilterPolicy(JSON.stringify(policy), scope), { scope, attributes, message: '' });
}

function onBody(policy: unknown, body: unknown): boolean {
  const scope = 'MessageBody';
  const message = typeof body === 'string' ? body : JSON.stringify(body);
  return matchesFilterPolicy(parseFilterPolicy(JSON.stringify(policy), scope), { scope, attributes: {}, message });
}

describe('A filter policy on attributes', () => {
  const attributes: MessageAttributes = {
    store: { DataType: 'String', StringValue: 'example_corp' },
    price: { DataType: 'Number', StringValue: '210.75' },
    interests: { DataType: 'String.Array', StringValue: '["soccer","rugby",42,null]' },
    address: { DataType: 'String', StringValue: '10.0.0.7' },
    blob: { DataType: 'Binary', BinaryValue: 'AAAA' },
  };

  it.each([
    [{ store: ['example_corp'] }, true],
    [{ store: ['other', { prefix: 'example' }] }, true],
    [{ store: [{ suffix: '_corp' }] }, true],
    [{ store: [{ 'equals-ignore-case': 'EXAMPLE_corp' }] }, true],
    [{ store: [{ wildcard: 'ex*p' }] }, true],
    [{ store: [{ wildcard: 'ex*x' }] }, false],
    [{ store: [{ 'anything-but': ['x', 'example_corp'] }] }, false],
    [{ store: [{ 'anything-but': { prefix: 'order-' } }] }, true],
    [{ price: [210.75] }, true],
    [{ price: ['210.75'] }, false],
    [{ price: [{ numeric: ['>', 100, '<=', 210.75] }] }, true],
    [{ price: [{ numeric: ['=', 1] }] }, false],
    [{ price: [{ 'anything-but': [100] }] }, true],
    [{ interests: ['rugby'] }, true],
    [{ interests: [42] }, true],
    [{ interests: ['chess'] }, false],
    [{ address: [{ cidr: '10.0.0.0/24' }] }, true],
    [{ address: [{ cidr: '10.0.1.0/24' }] }, false],
    [{ blob: ['AAAA'] }, false],
    [{ none: [{ exists: false }] }, true],
    [{ store: [{ exists: false }] }, false],
    [{ none: [{ 'anything-but': 'x' }] }, false],
    [{ store: ['example_corp'], price: [1] }, false],
    [{ $or: [{ price: [1] }, { store: ['example_corp'] }] }, true],
  ])('%j decides %s', (policy, expected) => {
    expect(onAttributes(policy, attributes)).toBe(expected);
  });
});

describe('A filter policy on the body', () => {
  it.each([
    [{ a: { b: ['x'] } }, { a: { b: 'x' } }, true],
    [{ a: { b: ['x'] } }, { a: [{ b: 'y' }, { b: ['x'] }] }, true],
    [{ a: { b: ['x'] } }, { a: 'x' }, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: [{ exists: true }] }, { b: 1 }, false],
    [{ a: [1] }, 'no json', false],
  ])('%j on %j decides %s', (policy, body, expected) => {
    expect(onBody(policy, body)).toBe(expected);
  });
});

describe('A filter policy that is matched as EventBridge matches patterns', () => {
  it.each([
    [{ 'object.nested': ['x'] }, { object: { nested: 'x' } }, true],
    [{ object: { nested: ['x'] } }, { 'object.nested': 'x' }, true],
    [{ 'a.b.c': ['x'] }, { a: { 'b.c': 'x' } }, true],
    [{ 'a.b.c': ['x'] }, { 'a.b': { c: 'y' } }, false],
    [{ r: { name: ['put'], size: [1] } }, { r: [{ name: 'put', size: 1 }, { name: 'x' }] }, true],
    [
      { r: { name: ['put'], size: [1] } },
      {
        r: [
          { name: 'put', size: 2 },
          { name: 'x', size: 1 },
        ],
      },
      false,
    ],
    [{ r: { name: ['put'] } }, { r: [[{ name: 'put' }]] }, true],
    [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8::1' }, true],
  ])('%j on %j decides %s', (policy, body, expected) => {
    expect(onBody(policy, body)).toBe(expected);
  });

  it('takes the absence of an attribute for null', () => {
    const policy = { attr1: [null, { 'anything-but': 'whatever' }] };
    expect(onAttributes(policy, {})).toBe(true);
    expect(onAttributes(policy, { attr1: { DataType: 'String', StringValue: 'other' } })).toBe(true);
    expect(onAttributes(policy, { attr1: { DataType: 'String', StringValue: 'whatever' } })).toBe(false);
    expect(onAttributes({ attr1: ['x'] }, {})).toBe(false);
  });

  it('compares a number that is spelled otherwise than JSON spells it', () => {
    expect(onAttributes({ n: [16] }, { n: { DataType: 'Number', StringValue: '0x10' } })).toBe(true);
    expect(onAttributes({ n: [{ numeric: ['<', 1] }] }, { n: { DataType: 'Number.int', StringValue: '.5' } })).toBe(
      true,
    );
  });
});

describe('A filter policy that SNS refuses', () => {
  const REASON = 'Invalid parameter: Attributes Reason: FilterPolicy: ';
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

  it.each([
    [
      '{"key": [["value"]]}',
      'Match value must be String, number, true, false, or null\n at [Source: (String)"{"key":[["value"]]}"; line: 1, column: 10]',
    ],
    ['null', 'Filter is not an object\n at [Source: (String)"null"; line: 1, column: 5]'],
    ['{"key": []}', 'Empty arrays are not allowed\n at [Source: (String)"{"key":[]}"; line: 1, column: 10]'],
    [
      '{"key": {"suffix": "value"}}',
      '"suffix" must be an object or an array\n at [Source: (String)"{"key":{"suffix":"value"}}"; line: 1, column: 19]',
    ],
    ['{"key": [{"cidr": "a/8"}]}', 'Nonstandard IP address: a'],
    [
      'invalid',
      "failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 8]",
    ],
    [JSON.stringify({ key: numbers(151) }), 'Filter policy is too complex'],
    [JSON.stringify({ a: numbers(10), $or: [{ b: numbers(8) }, { c: numbers(8) }] }), 'Filter policy is too complex'],
    ['{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', 'Filter policy can not have more than 5 keys'],
  ])('%s', (text, reason) => {
    expect(() => parseFilterPolicy(text, 'MessageAttributes')).toThrow(
      expect.objectContaining({ code: 'InvalidParameter', message: `${REASON}${reason}` }),
    );
  });

  it('is as complex as its values are many, each counted as often as it is deep', () => {
    const policy = (values: number) => JSON.stringify({ a: { b: { c: numbers(5) } }, d: { e: numbers(values) } }); // 5 × 3 × values × 2
    expect(() => parseFilterPolicy(policy(5), 'MessageBody')).not.toThrow();
    expect(() => parseFilterPolicy(policy(6), 'MessageBody')).toThrow('too complex');
  });

  it('is refused without the name of the member where SetSubscriptionAttributes brings it', () => {
    expect(() => parseFilterPolicy('{"a":{"b":["c"]}}', 'MessageAttributes', '')).toThrow(
      'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
    );
  });
});
