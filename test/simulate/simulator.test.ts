import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadAssembly } from '../../local/template/assembly.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import { generatePlan } from '../../simulate/plan/generate-plan.ts';
import { runPlan } from '../../simulate/run/run-plan.ts';
import type { SeedResult } from '../../simulate/seeds/run-seed.ts';
import { runSeeds } from '../../simulate/seeds/run-seeds.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SEEDS = [1, 2, 3, 4, 5, 6];

const { folder, release } = await holdAssembly();
afterAll(release);
const found: SeedResult[] = [];

beforeAll(async () => {
  await runSeeds({
    assembly: folder,
    seeds: SEEDS,
    workers: 2,
    onResult: result => {
      found.push(result);
      return false;
    },
  });
  found.sort((a, b) => a.seed - b.seed);
});

test('under some sixty faults each, every seed comes to rest with exact accounts', () => {
  expect(found.map(({ seed }) => seed)).toEqual(SEEDS);
  expect(found.flatMap(({ violations }) => violations)).toEqual([]);
  expect(found.reduce((sum, { faults }) => sum + faults, 0)).toBeGreaterThan(20 * SEEDS.length);
});

test('the same seed is the same run: alone, after others, and in another process', async () => {
  const assembly = loadAssembly(folder);
  const digests = new Map(found.map(({ seed, digest }) => [seed, digest]));
  for (const seed of [6, 2]) expect((await runPlan(generatePlan(seed), { assembly })).digest).toBe(digests.get(seed));
  expect(new Set(digests.values()).size).toBe(SEEDS.length);
});

test('a run without faults injects none and needs no second look', async () => {
  const plan = { ...generatePlan(1), rules: [] };
  const { injected, violations, restMs } = await runPlan(plan, { assembly: loadAssembly(folder) });
  expect({ injected, violations, restMs }).toEqual({ injected: [], violations: [], restMs: 40 * 60_000 });
});
