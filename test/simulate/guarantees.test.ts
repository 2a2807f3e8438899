/**
 * `transact` and `external` under seeded faults, in the template that deploys them, on the virtual clock: what comes of a plan is
 * what an independent model says, and mistakes in the code are found.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mutantBundles } from '../../simulate/mutations/mutant-bundles.ts';
import { type BankAssembly, bankAssembly } from '../support/bank/bank-assembly.ts';
import { BANK_MUTATIONS, bankEntry } from '../support/bank/bank-mutations.ts';
import { bankPlan } from '../support/bank/bank-plan.ts';
import { type BankRun, runBank } from '../support/bank/bank-run.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const SEEDS = 6;
/** In how many seeds a mistake has to show. */
const SOON = 40;

let built: BankAssembly;
let last: BankRun | undefined;
beforeAll(() => {
  built = bankAssembly({ maxRecordAgeHours: 1 });
});
afterAll(() => built.release());

test('every event has its effect once, in the order of its key, whatever fails, dies, is late, repeated or lost', async () => {
  let struck = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { findings, faults } = await runBank(built, bankPlan(seed));
    expect(findings, `seed ${seed}`).toEqual([]);
    struck += faults;
    last = { findings, faults };
  }
  expect(struck / SEEDS).toBeGreaterThan(10);
});

test('the same plan strikes the same calls', async () => {
  expect(await runBank(built, bankPlan(SEEDS))).toEqual(last);
});

test.each(BANK_MUTATIONS.map(({ name, says }) => ({ name, says })))('$name is found: $says', async ({ name }) => {
  const mutation = BANK_MUTATIONS.find(each => each.name === name);
  if (!mutation) expect.fail(`there is no mutation ${name}`);
  const bundleOf = await mutantBundles(mutation, bankEntry);
  for (let seed = 1; seed <= SOON; seed++) {
    const { findings } = await runBank(built, bankPlan(seed), { bundleOf });
    if (findings.length > 0) return;
  }
  expect.fail(`no seed from 1 to ${SOON} has found ${name}`);
});
