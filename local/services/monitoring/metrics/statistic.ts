/** CloudWatch's statistics: what one number says about the samples of a period. */
import type { Samples } from './samples.ts';

/** @returns undefined when the samples cannot say it (no percentile is known of values that came as a summary) */
export type Statistic = (samples: Samples) => number | undefined;

const SIMPLE: ReadonlyMap<string, Statistic> = new Map<string, Statistic>([
  ['SampleCount', samples => samples.count],
  ['Sum', samples => samples.sum],
  ['Average', samples => samples.sum / samples.count],
  ['Minimum', samples => samples.minimum],
  ['Maximum', samples => samples.maximum],
  ['IQM', samples => trimmedMean(samples, 25, 75)],
]);

/** @returns undefined for a name that is no statistic, or none that the embedded cloud knows */
export function parseStatistic(name: string): Statistic | undefined {
  const simple = SIMPLE.get(name);
  if (simple) return simple;
  const [, kind, text] = /^(p|tm)(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name) ?? [];
  if (text === undefined) return undefined;
  const percent = Number(text);
  return kind === 'p' ? samples => percentile(samples, percent) : samples => trimmedMean(samples, 0, percent);
}

/** The smallest value with at least `percent` of the samples at or below it. */
function percentile(samples: Samples, percent: number): number | undefined {
  const values = samples.distribution?.sorted() ?? [];
  const total = values.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil((percent / 100) * total));
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}

/** The mean of the samples between two percentiles. */
function trimmedMean(samples: Samples, fromPercent: number, toPercent: number): number | undefined {
  const values = samples.distribution?.sorted() ?? [];
  const total = values.reduce((sum, [, count]) => sum + count, 0);
  const first = (fromPercent / 100) * total;
  const last = (toPercent / 100) * total;
  let seen = 0;
  let weight = 0;
  let sum = 0;
  for (const [value, count] of values) {
    const inside = Math.max(0, Math.min(seen + count, last) - Math.max(seen, first));
    weight += inside;
    sum += inside * value;
    seen += count;
  }
  return weight > 0 ? sum / weight : undefined;
}
