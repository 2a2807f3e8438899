import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filterableJson, recordFilter } from '../../../../local/invoke/event-source-mapping/record-filter.ts';

const ORACLE = new URL('../../../../../shared/oracles/esm-filters.jsonl', import.meta.url);

interface FilterCase {
  readonly id: string;
  readonly service: 'dynamodb' | 'kinesis' | 'sqs';
  readonly filters: readonly unknown[];
  readonly record: Record<string, unknown> | null;
  readonly data?: unknown;
  readonly expected: boolean;
}

const cases: FilterCase[] = existsSync(ORACLE)
  ? readFileSync(ORACLE, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  : [];

/** The record as the mapping shows it to its filter; the recordings leave out the time, which every record has. */
function asFiltered({ service, record, data }: FilterCase): string {
  if (service === 'kinesis') return filterableJson({ partitionKey: 'k', data: '' }, 'data', JSON.stringify(data));
  if (service === 'sqs') return filterableJson(record ?? {}, 'body', String(record?.body));
  return JSON.stringify({ ...record, dynamodb: { ...Object(record?.dynamodb), ApproximateCreationDateTime: 1.7e9 } });
}

describe('recordFilter', () => {
  it.runIf(cases.length > 0).each(cases.filter(({ record, service }) => record !== null || service === 'kinesis'))(
    'decides as AWS did: $id',
    filterCase => {
      const filter = recordFilter(filterCase.filters.map(pattern => JSON.stringify(pattern)));
      expect(filter?.(asFiltered(filterCase))).toBe(filterCase.expected);
    },
  );

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
