import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { interpolated, monthCost, readShape } from '../../../../cli/cost/month.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-shape-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('readShape', () => {
  it.each(['flat', 'day-night'])('has 24 hours with a mean of 1 in %s', name => {
    const { factors } = readShape(name);
    expect(factors).toHaveLength(24);
    expect(mean(factors)).toBeCloseTo(1, 9);
  });

  it('reads a file of 24 numbers, as JSON or one per line, and brings their mean to 1', () => {
    const numbers = Array.from({ length: 24 }, (_, hour) => hour);
    const file = path.join(folder, 'shape');
    for (const text of [JSON.stringify(numbers), numbers.join('\n')]) {
      writeFileSync(file, text);
      expect(readShape(file).factors[23]).toBeCloseTo(2, 9);
    }
  });

  it('says what is wrong with a file', () => {
    const file = path.join(folder, 'short');
    writeFileSync(file, '1,2,3');
    expect(() => readShape(file)).toThrow(`Cannot read --shape '${file}': 24 numbers from 0 on are wanted, received 3`);
    expect(() => readShape('nowhere')).toThrow("flat, day-night or a file of 24 numbers, received 'nowhere'");
  });
});

describe('monthCost', () => {
  const cost = (name: string) =>
    monthCost({
      shape: readShape(name),
      rate: 1000,
      usdPerSecond: rate => rate * 1e-6,
      usdPerHour: peak => peak / 1000,
      fixedUsd: 30,
    });

  it('pays by use for every event, and for capacity as much as the peak needs', () => {
    expect(cost('flat')).toMatchObject({ events: 1000 * 3600 * 730, peakRate: 1000, fixedUsd: 30 });
    expect(cost('flat').usageUsd).toBeCloseTo(3600 * 730 * 1e-3, 6);
    expect(cost('flat').capacityUsd).toBeCloseTo(730, 6);
    expect(cost('day-night').usageUsd).toBeCloseTo(cost('flat').usageUsd, 6);
    expect(cost('day-night').capacityUsd).toBeGreaterThan(1.5 * cost('flat').capacityUsd);
  });
});

describe('interpolated', () => {
  it('goes through what was measured, and is never negative', () => {
    const point = fc.record({
      rate: fc.integer({ min: 1, max: 1000 }),
      usdPerSecond: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(point, { minLength: 1, maxLength: 4, selector: ({ rate }) => rate }), points => {
        const at = interpolated(points);
        for (const { rate, usdPerSecond } of points) expect(at(rate)).toBeCloseTo(usdPerSecond, 6);
        expect(at(0)).toBeGreaterThanOrEqual(0);
        expect(at(5000)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
