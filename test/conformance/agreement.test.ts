import { describe, expect, it } from 'vitest';
import { agrees, agreesParsed } from './agreement.ts';

describe('agrees', () => {
  it('takes what is the same, whatever the order of members', () => {
    expect(agrees({ a: [1, null, 'x'], b: { c: true } }, { b: { c: true }, a: [1, null, 'x'] })).toBe(true);
  });

  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['another type', { a: 1 }, { a: '1' }],
    ['a member too few', { a: 1, b: 2 }, { a: 1 }],
    ['a member too many', { a: 1 }, { a: 1, b: 2 }],
    ['a member that is there for a placeholder only', { a: '<any>' }, {}],
    ['an item too many', [1], [1, 2]],
    ['null for an object', { a: {} }, { a: null }],
    ['an object for a list', [], {}],
  ])('refuses %s', (_, expected, actual) => {
    expect(agrees(expected, actual)).toBe(false);
  });

  it('lets a placeholder stand for anything, also inside a text', () => {
    expect(agrees({ id: '<uuid>', arn: 'arn:<partition>:x' }, { id: 7, arn: 'arn:aws:x' })).toBe(true);
  });

  it('lets the words for a moment stand for moments only', () => {
    expect(agrees('start-date', '2026-01-01T00:00:00Z')).toBe(true);
    expect(agrees('date', 'yesterday')).toBe(false);
    expect(agrees('update', '2026-01-01T00:00:00Z')).toBe(false);
  });

  it('leaves out what the SDK says about HTTP', () => {
    expect(agrees({ a: 1, SdkHttpMetadata: { x: 1 } }, { a: 1, SdkResponseMetadata: {} })).toBe(true);
  });
});

describe('agreesParsed', () => {
  it('reads JSON text where the recorder read it', () => {
    expect(agreesParsed({ a: 1 }, '{"a":1}')).toBe(true);
    expect(agreesParsed('text', '"text"')).toBe(true);
    expect(agreesParsed({ a: 1 }, '{"a":')).toBe(false);
  });
});
