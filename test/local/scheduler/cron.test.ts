import { describe, expect, test } from 'vitest';
import { nextCronTime, parseCron } from '../../../local/services/scheduler/expression/cron.ts';

/** The next times after the beginning of 2026, a Thursday. */
function times(expression: string, count: number, { from = '2026-01-01T00:00:00Z', zone = 'UTC' } = {}): string[] {
  const cron = parseCron(expression);
  if (!cron) throw new Error(`Cannot parse cron: ${expression}`);
  const found: string[] = [];
  for (let at = nextCronTime(cron, Date.parse(from), zone); at !== undefined && found.length < count; ) {
    found.push(new Date(at).toISOString().slice(0, 16));
    at = nextCronTime(cron, at, zone);
  }
  return found;
}

describe('cron expressions', () => {
  test.each([
    ['*/15 * * * ? *', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45', '2026-01-01T01:00']],
    ['0 10 * * ? *', ['2026-01-01T10:00', '2026-01-02T10:00']],
    ['15 12 ? * 2,4 *', ['2026-01-05T12:15', '2026-01-07T12:15']],
    ['0 18 ? * MON-FRI *', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['0 8 1 * ? *', ['2026-01-01T08:00', '2026-02-01T08:00']],
    ['0 9 ? * 2#1 *', ['2026-01-05T09:00', '2026-02-02T09:00']],
    ['0 9 ? * 6L *', ['2026-01-30T09:00', '2026-02-27T09:00']],
    ['0 9 ? * L *', ['2026-01-03T09:00', '2026-01-10T09:00']],
    ['0 0 L * ? *', ['2026-01-31T00:00', '2026-02-28T00:00']],
    ['0 0 L-2 FEB ? *', ['2026-02-26T00:00', '2027-02-26T00:00', '2028-02-27T00:00']],
    ['0 0 LW * ? *', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['0 0 1W * ? *', ['2026-02-02T00:00', '2026-03-02T00:00']],
    ['0 0 31W * ? *', ['2026-01-30T00:00', '2026-03-31T00:00']],
    ['0 0 29 2 ? *', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['0 0 1 1 ? 2027', ['2027-01-01T00:00']],
    ['0 22-1/2 1 1 ? 2027', ['2027-01-01T00:00', '2027-01-01T22:00']],
    ['0 0 ? * FRI-SUN *', ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00', '2026-01-09T00:00']],
  ])('%s', (expression, expected) => {
    expect(times(expression, expected.length)).toEqual(expected);
  });

  test('end with their years', () => {
    expect(times('0 0 1 1 ? 2025-2027', 5)).toEqual(['2027-01-01T00:00']);
  });

  test.each([
    'INVALID',
    '0 dummy ? * MON-FRI *',
    '7 20 * * NOT *',
    '71 8 1 * ? *',
    '0 1 * * * *',
    '0 1 ? * ? *',
    '',
    '0 1 ? * 8 *',
    '0 1 0 * ? *',
    '*/0 1 * * ? *',
    '0 1 * * ? 1969',
    '0 1 ? * 2#6 *',
    '0 1 * * ? * *',
  ])('%s is not valid', expression => {
    expect(parseCron(expression)).toBeUndefined();
  });

  test('a time that the clock leaves out is skipped', () => {
    const berlin = { zone: 'Europe/Berlin', from: '2026-03-27T12:00:00Z' };
    expect(times('30 2 * * ? *', 3, berlin)).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  });

  test('a time that the clock has twice counts once', () => {
    const berlin = { zone: 'Europe/Berlin', from: '2026-10-24T12:00:00Z' };
    expect(times('30 2 * * ? *', 2, berlin)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  test('a zone ahead of UTC has its own days', () => {
    const auckland = { zone: 'Pacific/Auckland', from: '2026-01-31T12:00:00Z' };
    expect(times('0 6 1 * ? *', 1, auckland)).toEqual(['2026-01-31T17:00']);
  });
});
