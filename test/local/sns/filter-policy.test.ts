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
