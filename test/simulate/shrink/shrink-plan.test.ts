import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Violation } from '../../../simulate/checks/violations.ts';
import { generatePlan } from '../../../simulate/plan/generate-plan.ts';
import type { SimulationPlan } from '../../../simulate/plan/simulation-plan.ts';
import { regressionTest } from '../../../simulate/shrink/regression-test.ts';
import { shrinkPlan } from '../../../simulate/shrink/shrink-plan.ts';
import { smallestList } from '../../../simulate/shrink/smallest-list.ts';

test('smallestList finds exactly the items that a failure needs, in their order', async () => {
  const property = fc.asyncProperty(
    fc
      .integer({ min: 1, max: 60 })
      .chain(length =>
        fc.record({ length: fc.constant(length), culprits: fc.uniqueArray(fc.nat(length - 1), { maxLength: 5 }) }),
      ),
    async ({ length, culprits }) => {
      const items = Array.from({ length }, (_, index) => index);
      const smallest = await smallestList(items, async left => culprits.every(culprit => left.includes(culprit)));
      expect(smallest).toEqual(culprits.toSorted((a, b) => a - b));
    },
  );
  await fc.assert(property);
});

const LOST: Violation = { check: 'effect', about: 'x', what: 'lost', expected: 1, actual: 0 };

/** Fails when a throttled PutRecords and a certain event come together. */
async function run(plan: SimulationPlan): Promise<Violation[]> {
  const sends = plan.steps.some(step => step.kind === 'events' && JSON.stringify(step).includes(CULPRIT));
  const isStruck = plan.rules.some(({ fault, when }) => fault.kind === 'partial' && (when?.times ?? 9) >= 1);
  return sends && isStruck ? [LOST] : [];
}

const PLAN: SimulationPlan = { ...generatePlan(3), rules: [...generatePlan(3).rules, { fault: { kind: 'partial' } }] };
const [CULPRIT = ''] = PLAN.steps.flatMap(step =>
  step.kind === 'events' ? step.events.map(({ event }) => (event as { id: string }).id) : [],
);

test('shrinkPlan leaves one rule, one step and one event of a plan with many', async () => {
  const { plan, violations } = await shrinkPlan(PLAN, { run, maxRuns: 1_000 });
  expect(violations).toEqual([LOST]);
  expect(plan.rules).toMatchObject([{ fault: { kind: 'partial' }, when: { times: 1, every: 1 } }]);
  expect(plan.steps).toHaveLength(1);
  const [step] = plan.steps;
  expect(step?.kind === 'events' && step.events.length).toBe(1);
});

test('shrinkPlan takes no other failure for the one that it looks into, and refuses a plan that does not fail', async () => {
  const other: Violation = { ...LOST, check: 'queues', what: 'other' };
  const { plan } = await shrinkPlan(PLAN, {
    run: async smaller => (smaller.rules.length < PLAN.rules.length ? [other] : [LOST]),
    maxRuns: 100,
  });
  expect(plan.rules).toHaveLength(PLAN.rules.length);
  await expect(shrinkPlan(PLAN, { run: async () => [], maxRuns: 9 })).rejects.toThrow('it does not fail');
});

test('regressionTest writes a plan that is the same when it is read again, whatever stands in it', () => {
  const nasty = ['`', '$', '{x}` \\ "quoted" and \'single\''].join('');
  const plan: SimulationPlan = {
    ...PLAN,
    steps: [...PLAN.steps, { kind: 'poison-record', atMs: 1, partitionKey: 'p', text: nasty }],
  };
  const text = regressionTest(plan, [{ ...LOST, about: "it's" }]);
  const literal = /String\.raw`\n([\s\S]*)\n`\)/.exec(text)?.[1] ?? '';
  expect(literal).not.toMatch(/`|\$\{/);
  expect(JSON.parse(literal)).toEqual(JSON.parse(JSON.stringify(plan)));
  expect(text).toContain("test('seed 3: effect of it\\'s: lost', async () => {");
});
