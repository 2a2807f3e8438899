import type { Assembly } from '../../local/template/assembly.ts';
import type { Violation } from '../checks/violations.ts';
import { mutantBundles } from '../mutations/mutant-bundles.ts';
import { findMutation } from '../mutations/mutations.ts';
import { generatePlan } from '../plan/generate-plan.ts';
import type { SimulationPlan } from '../plan/simulation-plan.ts';
import { type RunOptions, runPlan } from '../run/run-plan.ts';

/** What came of one seed. */
export interface SeedResult {
  readonly seed: number;
  readonly faults: number;
  readonly violations: readonly Violation[];
  readonly digest: string;
  readonly ms: number;
}

/** The functions that a run is to use: the template's, or some of them with a mistake in it. */
export async function runOptions(assembly: Assembly, mutation: string | undefined): Promise<RunOptions> {
  if (mutation === undefined) return { assembly };
  return { assembly, bundleOf: await mutantBundles(findMutation(mutation)) };
}

/** Runs the plan of a seed. */
export async function runSeed(seed: number, options: RunOptions): Promise<SeedResult> {
  const startedMs = performance.now();
  const { injected, violations, digest } = await runPlanGuarded(generatePlan(seed), options);
  return { seed, faults: injected.length, violations, digest, ms: Math.round(performance.now() - startedMs) };
}

/** Runs a plan; a promise that fails with nobody listening is a violation too. */
export async function runPlanGuarded(plan: SimulationPlan, options: RunOptions) {
  const unheard: Violation[] = [];
  const listen = (error: unknown) => {
    const actual = error instanceof Error ? (error.stack ?? error.message) : String(error);
    unheard.push({ check: 'rest', about: 'process', what: 'failure that nobody heard of', expected: 'none', actual });
  };
  process.on('unhandledRejection', listen);
  try {
    const result = await runPlan(plan, options);
    return { ...result, violations: [...result.violations, ...unheard] };
  } finally {
    process.off('unhandledRejection', listen);
  }
}
