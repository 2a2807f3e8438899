import { expect, test } from 'vitest';
import { findMutation } from '../../simulate/mutations/mutations.ts';
import { readOptions } from '../../simulate/options.ts';
import { generatePlan } from '../../simulate/plan/generate-plan.ts';

test('readOptions: a hundred seeds from 1 on, unless a seed is named: then that one alone', () => {
  expect(readOptions([])).toMatchObject({ seeds: 100, firstSeed: 1, json: false, write: false, shrink: true });
  expect(readOptions(['--seed', '42'])).toMatchObject({ seeds: 1, firstSeed: 42 });
  expect(readOptions(['--seed', '42', '--seeds', '3', '--json', '--no-shrink'])).toMatchObject({
    seeds: 3,
    firstSeed: 42,
    json: true,
    shrink: false,
  });
  expect(readOptions(['--help', '--seeds', '1'])).toBeUndefined();
});

test('readOptions names the option that is wrong, and findMutation the mutations that there are', () => {
  expect(() => readOptions(['--seeds', '0'])).toThrow("--seeds: a whole number from 1 to 1000000, received '0'");
  expect(() => readOptions(['--workers', 'two'])).toThrow(
    "--workers: a whole number from 1 to 1000000, received 'two'",
  );
  expect(() => readOptions(['--sedes', '1'])).toThrow('--sedes');
  expect(() => findMutation('no-such')).toThrow(/there is no mutation 'no-such', there are fence-removed, /);
});

test('generatePlan: the same seed gives the same plan, as JSON has it, and another seed another', () => {
  expect(generatePlan(7)).toEqual(generatePlan(7));
  expect(JSON.parse(JSON.stringify(generatePlan(7)))).toEqual(generatePlan(7));
  expect(generatePlan(7)).not.toEqual(generatePlan(8));
});

test('generatePlan: a hundred plans have every kind of step and every kind of fault', () => {
  const plans = Array.from({ length: 100 }, (_, index) => generatePlan(index + 1));
  const steps = new Set(plans.flatMap(plan => plan.steps.map(({ kind }) => kind)));
  const faults = new Set(plans.flatMap(plan => plan.rules.map(({ fault }) => fault.kind)));
  expect([...steps].sort()).toEqual(
    ['booking', 'direct-event', 'events', 'jump', 'merge-shards', 'poison-record', 'recycle', 'split-shard'].sort(),
  );
  expect([...faults].sort()).toEqual(
    [
      'crash',
      'crash-caller',
      'delay',
      'duplicate',
      'fail-after',
      'fail-before',
      'lose-answer',
      'partial',
      'reorder',
      'throttle',
    ].sort(),
  );
});
