import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passFence } from '../../../../core/processing/fence.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const event = pageViewed();
const numbers = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });

it('passFence sorts records by what was dealt with, in whatever order they come', () => {
  fc.assert(
    fc.property(numbers, fc.boolean(), fc.option(fc.integer({ min: 0, max: 30 })), (given, inOrder, fence) => {
      const sequences = inOrder ? given.toSorted((a, b) => a - b) : given;
      const records = sequences.map(number => ({ sequence: String(number), arrivedAtMs: 0, event }));
      const { fresh, behind, twice } = passFence(records, fence === null ? undefined : String(fence));
      const above = [...new Set(sequences)].filter(number => number > (fence ?? 0)).sort((a, b) => a - b);
      expect(fresh.map(({ sequence }) => Number(sequence))).toEqual(above);
      expect(behind.length).toBe(sequences.filter(number => number <= (fence ?? 0)).length);
      expect(fresh.length + behind.length + twice.length).toBe(records.length);
      expect(twice.every(({ sequence }) => above.includes(Number(sequence)))).toBe(true);
    }),
  );
});

it('passFence lets a batch through as it is that comes in order and above the fence', () => {
  const records = ['5', '9', '10'].map(sequence => ({ sequence, arrivedAtMs: 0, event }));
  expect(passFence(records, '4').fresh).toBe(records);
  expect(passFence(records, undefined).fresh).toBe(records);
  expect(passFence(records, '5').behind).toEqual([records[0]]);
});
