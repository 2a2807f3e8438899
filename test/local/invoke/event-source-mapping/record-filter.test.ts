import { describe, expect, it } from 'vitest';
import { filterableJson, recordFilter } from '../../../../local/invoke/event-source-mapping/record-filter.ts';

describe('recordFilter', () => {
  it('is missing when there are no patterns', () => {
    expect(recordFilter([])).toBeUndefined();
  });

  it.each(['null', '"simple string"', 'simple string', '[{"eventName": ["INSERT"=123}]', ''])(
    'refuses the pattern %s',
    pattern => {
      expect(() => recordFilter([pattern])).toThrow();
    },
  );

  it('passes a record that matches any of several patterns', () => {
    const filter = recordFilter(['{"body":{"a":[1]}}', '{"body":{"b":[1]}}']);
    const passes = (text: string) => filter?.(filterableJson({ body: text }, 'body', text));
    expect([passes('{"a":1}'), passes('{"b":1}'), passes('{"c":1}')]).toEqual([true, true, false]);
  });

  it('shows text that is no JSON object as a string', () => {
    const filter = recordFilter(['{"body":["plain"]}']);
    expect(filter?.(filterableJson({}, 'body', 'plain'))).toBe(true);
    expect(filter?.(filterableJson({}, 'body', '{"plain":1}'))).toBe(false);
    expect(filter?.(filterableJson({}, 'body', '{broken'))).toBe(false);
  });
});
