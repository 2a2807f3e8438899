/** The checker can fail: every mistake that is made on purpose is found, and found soon. */
import { afterAll, expect, test, vi } from 'vitest';
import { loadAssembly } from '../../local/template/assembly.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import { MUTATIONS } from '../../simulate/mutations/mutations.ts';
import { runOptions, runSeed } from '../../simulate/seeds/run-seed.ts';

vi.setConfig({ testTimeout: 240_000 });

const SEEDS = 200;
/** Without a mistake everything is at rest by then: what is not will not be. */
const REST_LIMIT_MS = 60 * 60_000;

const held = await holdAssembly();
afterAll(held.release);
const assembly = loadAssembly(held.folder);

test.each(MUTATIONS.map(({ name, says }) => ({ name, says })))('$name is caught: $says', async ({ name }) => {
  const options = { ...(await runOptions(assembly, name)), restLimitMs: REST_LIMIT_MS };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await runSeed(seed, options);
    if (violations.length === 0) continue;
    expect(violations[0]).toMatchObject({ about: expect.any(String), what: expect.any(String) });
    return;
  }
  expect.fail(`no seed from 1 to ${SEEDS} has found ${name}`);
});

test('there are eight mutations, each with a name of its own', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(8);
});
