import { describe, expect, it } from 'vitest';
import { runEmbedded } from '../../../../cli/capacity/embedded-run.ts';
import { compareFigures } from '../../../../cli/capacity/validation.ts';
import { predict } from '../../../../core/capacity/predict.ts';
import { SCENARIOS } from './scenarios.ts';

/** Shares of what was measured. Times count from 200 ms on. */
const ALLOWED: Readonly<Record<string, number>> = {
  'records throttled': 0.02,
  'records processed': 0.02,
  'cold starts': 0,
  concurrency: 0,
};
const ALLOWED_ELSE = 0.2;

describe('the capacity twin against the embedded cloud with its limits on', () => {
  it.each(SCENARIOS)('predicts $name', async ({ workload, configuration, allowed = {} }) => {
    const measured = await runEmbedded(workload, configuration);
    const figures = compareFigures(predict(workload, configuration), measured);
    const wrong = figures.filter(({ name, error }) => error > (allowed[name] ?? ALLOWED[name] ?? ALLOWED_ELSE));
    expect(wrong).toEqual([]);
    expect(measured.arrived).toBe(measured.throttled + measured.processed + measured.backlog);
  });
});
