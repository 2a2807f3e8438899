import type { JsonObject } from '../../../../local/cloud/service.ts';

/** A filter on message bodies, a body that passes and one that does not. */
export interface SqsFilterCase {
  readonly pattern: JsonObject;
  readonly matching: string;
  readonly other: string;
}

/** As the recorded tests wrote it: Python puts a space after a colon and after a comma. */
function body(value: Readonly<Record<string, string | number>>): string {
  const members = Object.entries(value).map(([name, member]) => `"${name}": ${JSON.stringify(member)}`);
  return `{${members.join(', ')}}`;
}

const onKey = (...conditions: readonly unknown[]) => ({ body: { 'my-key': conditions } });
const onNumber = (...numeric: readonly unknown[]) => ({ body: { 'my-number': [{ numeric }] } });

const CASES: Readonly<Record<string, SqsFilterCase>> = {
  single: {
    pattern: onKey('my-value'),
    matching: body({ 'my-key': 'my-value' }),
    other: body({ 'my-key': 'other-value' }),
  },
  or: {
    pattern: onKey('my-value-one', 'my-value-two'),
    matching: body({ 'my-key': 'my-value-two' }),
    other: body({ 'my-key': 'other-value' }),
  },
  and: {
    pattern: { body: { 'my-key-one': ['other-filter', 'my-value-one'], 'my-key-two': ['my-value-two'] } },
    matching: body({ 'my-key-one': 'my-value-one', 'my-key-two': 'my-value-two' }),
    other: body({ 'my-key-one': 'other-value-', 'my-key-two': 'my-value-two' }),
  },
  exists: {
    pattern: onKey({ exists: true }),
    matching: body({ 'my-key': 'any-value-one' }),
    other: body({ 'other-key': 'any-value-two' }),
  },
  'numeric-bigger': {
    pattern: onNumber('>', 100),
    matching: body({ 'my-number': 101 }),
    other: body({ 'my-number': 100 }),
  },
  'numeric-smaller': {
    pattern: onNumber('<', 100),
    matching: body({ 'my-number': 99 }),
    other: body({ 'my-number': 100 }),
  },
  'numeric-range': {
    pattern: onNumber('>=', 100, '<', 200),
    matching: body({ 'my-number': 100 }),
    other: body({ 'my-number': 200 }),
  },
  prefix: {
    pattern: onKey({ prefix: 'yes' }),
    matching: body({ 'my-key': 'yes-value' }),
    other: body({ 'my-key': 'no-value' }),
  },
  'valid-json-filter': {
    pattern: onKey('my-value'),
    matching: body({ 'my-key': 'my-value' }),
    other: 'plain-string',
  },
};

/** Filters that are refused, by the name that the test runner gave them. */
export const INVALID_SQS_FILTERS: Readonly<Record<string, string>> = {
  None: 'null',
  invalid_filter2: '{"eventSource": "aws:sqs"}',
  invalid_filter3: '{"eventSource": []}',
};

/** @throws when the case is not known */
export function sqsFilterCase(name: string): SqsFilterCase {
  const found = CASES[name];
  if (!found) throw new Error(`Cannot repeat the filter test: no case is named '${name}'`);
  return found;
}
