import { describe, expect, test } from 'vitest';
import { differenceFromRecording } from './recorded-answer.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const ID = '0e6d0c3b-6b9e-4d52-9a3c-0f4b5f7a1c11';

function difference(recorded: unknown, actual: unknown): string | undefined {
  return differenceFromRecording(recorded, actual, PLACE)?.path;
}

describe('differenceFromRecording', () => {
  test('finds none where only what the recorder replaced differs', () => {
    const recorded = {
      Arn: 'arn:<partition>:events:<region>:111111111111:archive/<archive-name>',
      CreationTime: 'datetime',
      Body: { id: '<uuid:1>', time: 'date', text: 'at time date, of update-account' },
      ReceiptHandle: 'receipt-handle',
    };
    const body = { id: ID, time: '2026-01-01T00:00:00Z', text: 'at time 2026-01-01T00:00:00Z, of update-account' };
    const actual = {
      Arn: 'arn:aws:events:us-east-1:000000000000:archive/a',
      CreationTime: 1.5,
      Body: JSON.stringify(body),
      ReceiptHandle: 'AQ==',
    };
    expect(difference(recorded, actual)).toBeUndefined();
  });

  test('finds a member that is missing, one that is too many, and a list of another length', () => {
    expect(difference({ a: { b: 1 } }, { a: {} })).toBe('a');
    expect(difference({ a: {} }, { a: { b: 1 } })).toBe('a');
    expect(difference({ a: [1] }, { a: [1, 2] })).toBe('a');
  });

  test('finds a text, a number and a null that are others', () => {
    expect(difference({ a: 'does not exist.' }, { a: 'does not exist' })).toBe('a');
    expect(difference({ a: ['x', 1] }, { a: ['x', '1'] })).toBe('a.1');
    expect(difference({ a: null }, { a: 'null' })).toBe('a');
    expect(difference({ a: 'datetime' }, { a: 'soon' })).toBe('a');
  });

  test('takes a placeholder for the same text everywhere', () => {
    expect(difference(['<name:1>', 'of <name:1>'], ['x', 'of x'])).toBeUndefined();
    expect(difference(['<name:1>', 'of <name:1>'], ['x', 'of y'])).toBe('1');
  });

  test('takes two numbers of a placeholder for two texts', () => {
    expect(difference(['<name:1>', '<name:2>'], ['x', 'y'])).toBeUndefined();
    expect(difference(['<name:1>', '<name:2>'], ['x', 'x'])).toBe('1');
  });

  test('takes no word for a UUID', () => {
    expect(difference(['<uuid:1>'], [ID])).toBeUndefined();
    expect(difference(['<uuid:1>'], ['word'])).toBe('0');
  });

  test('compares a text of JSON that the recorder left as text by its spelling', () => {
    expect(difference('{"a":1,"b":2}', '{"a":1,"b":2}')).toBeUndefined();
    expect(difference('{"a":1,"b":2}', '{"b":2,"a":1}')).toBe('');
  });
});
