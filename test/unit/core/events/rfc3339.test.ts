import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepRfc3339 } from '../../../../core/events/rfc3339.ts';
import { parseRfc3339, utcDay, utcTime } from '../../../../core/index.ts';

const DAY_MS = 86_400_000;
const YEAR_100_MS = new Date('0100-01-01T00:00:00Z').getTime();
const YEAR_10_000_MS = Date.UTC(10_000, 0);
const moment = fc.integer({ min: YEAR_100_MS, max: YEAR_10_000_MS - 1 });

describe('parseRfc3339', () => {
  it('reads every moment back from its spelling, with and without milliseconds', () => {
    fc.assert(
      fc.property(moment, ms => {
        const text = new Date(ms).toISOString();
        expect(parseRfc3339(text)).toBe(ms);
        expect(parseRfc3339(text.replace(/\.\d+/, ''))).toBe(Math.floor(ms / 1000) * 1000);
      }),
    );
  });

  it('knows every day of four centuries, and none besides', () => {
    const days = Array.from({ length: 146_097 }, (_, day) => Date.UTC(1900, 0) + day * DAY_MS);
    const misread = days.filter(ms => parseRfc3339(`${new Date(ms).toISOString().slice(0, 10)}T00:00:00Z`) !== ms);
    expect(misread).toEqual([]);
    for (const day of [
      '2026-02-29',
      '2100-02-29',
      '2026-04-31',
      '2026-00-01',
      '2026-13-01',
      '2026-01-00',
      '2026-01-32',
    ]) {
      expect(parseRfc3339(`${day}T00:00:00Z`)).toBeUndefined();
    }
  });

  it('refuses a moment in which one character is another', () => {
    const at = fc.nat(23);
    fc.assert(
      fc.property(moment, at, fc.constantFrom('/', ':', '-', '.', 'T', 'Z', ' ', 'é', '\0'), (ms, index, character) => {
        const text = new Date(ms).toISOString();
        const changed = text.slice(0, index) + character + text.slice(index + 1);
        const isSpelling = changed === text || (index === 10 && character === ' ');
        expect(parseRfc3339(changed)).toBe(isSpelling ? ms : undefined);
      }),
    );
  });
});

describe('utcTime', () => {
  it('spells every moment as a Date does, also those that are far off', () => {
    fc.assert(
      fc.property(fc.oneof(moment, fc.integer({ min: -8.64e15, max: 8.64e15 })), ms => {
        expect(utcTime(ms)).toBe(new Date(ms).toISOString());
        expect(utcDay(ms)).toBe(new Date(ms).toISOString().slice(0, 10));
      }),
    );
    expect(utcTime(1.5)).toBe(new Date(1.5).toISOString());
    expect(() => utcTime(Number.NaN)).toThrow(RangeError);
    expect(() => utcDay(8.64e15 + DAY_MS)).toThrow(RangeError);
  });
});

it('keepRfc3339 speaks of that one text alone', () => {
  expect(parseRfc3339('')).toBeUndefined();
  keepRfc3339('2026-11-21T10:00:00Z', Date.UTC(2026, 10, 21, 10));
  expect(parseRfc3339('2026-11-21T10:00:00Z')).toBe(Date.UTC(2026, 10, 21, 10));
  expect(parseRfc3339('2026-11-21T10:00:01Z')).toBe(Date.UTC(2026, 10, 21, 10, 0, 1));
  expect(parseRfc3339('2026-11-31T10:00:01Z')).toBeUndefined();
  expect(parseRfc3339('')).toBeUndefined();
});
