/** `npm run simulate`: see `options.ts` for what it does and takes. Progress goes to stderr, the result to stdout. */
import { loadAssembly } from '../local/template/assembly.ts';
import { holdAssembly } from './cloud/hold-assembly.ts';
import { findMutation } from './mutations/mutations.ts';
import { HELP, readOptions, type SimulateOptions } from './options.ts';
import { generatePlan } from './plan/generate-plan.ts';
import { runOptions, runPlanGuarded, type SeedResult } from './seeds/run-seed.ts';
import { runSeeds } from './seeds/run-seeds.ts';
import { regressionTest, writeRegressionTest } from './shrink/regression-test.ts';
import { shrinkPlan } from './shrink/shrink-plan.ts';

const SHOWN_VIOLATIONS = 5;
const PROGRESS_EVERY = 50;
const SHRINK_RUNS = 200;
const MUTATION_SEEDS = 200;

const say = (line: string) => process.stderr.write(`${line}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (!options) {
      process.stdout.write(`${HELP}\n`);
      return 0;
    }
    if (options.mutation !== undefined) findMutation(options.mutation);
    return await simulate(options);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

async function simulate(options: SimulateOptions): Promise<number> {
  const { folder } = await holdAssembly(say);
  const { mutation, workers } = options;
  const count = mutation === undefined ? options.seeds : Math.max(options.seeds, MUTATION_SEEDS);
  const results: SeedResult[] = [];
  await runSeeds({
    assembly: folder,
    seeds: Array.from({ length: count }, (_, index) => options.firstSeed + index),
    workers,
    mutation,
    onResult(result) {
      results.push(result);
      tell(result, results.length, count);
      return mutation !== undefined && result.violations.length > 0;
    },
  });
  const [failing] = results.filter(({ violations }) => violations.length > 0).sort((a, b) => a.seed - b.seed);
  if (failing && (mutation === undefined ? options.shrink : options.write)) await shrink(failing.seed, folder, options);
  report(results, options);
  return (failing === undefined) === (mutation === undefined) ? 0 : 1;
}

function tell({ seed, violations, faults }: SeedResult, done: number, count: number): void {
  if (done % PROGRESS_EVERY === 0) say(`${done} of ${count} seeds`);
  if (violations.length === 0) return;
  say(`seed ${seed}: ${violations.length} violations under ${faults} faults`);
  for (const { check, about, what, expected, actual } of violations.slice(0, SHOWN_VIOLATIONS)) {
    say(`  ${check} of ${about}: ${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);
  }
}

async function shrink(seed: number, folder: string, { mutation, write }: SimulateOptions): Promise<void> {
  const running = await runOptions(loadAssembly(folder), mutation);
  say(`Looking for the smallest plan of seed ${seed} that still fails …`);
  const { plan, violations, runs } = await shrinkPlan(generatePlan(seed), {
    run: async smaller => (await runPlanGuarded(smaller, running)).violations,
    maxRuns: SHRINK_RUNS,
  });
  say(`After ${runs} runs: ${plan.rules.length} fault rules, ${plan.steps.length} steps`);
  say(write ? `Written to ${await writeRegressionTest(plan, violations)}` : regressionTest(plan, violations));
}

function report(results: readonly SeedResult[], { json, mutation }: SimulateOptions): void {
  const sum = (of: (result: SeedResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const outcome = {
    seeds: results.length,
    faultsInjected: sum(({ faults }) => faults),
    violations: sum(({ violations }) => violations.length),
    slowestSeedMs: Math.max(0, ...results.map(({ ms }) => ms)),
  };
  const { seeds, faultsInjected, violations, slowestSeedMs } = outcome;
  const said = mutation === undefined ? '' : ` with mutation '${mutation}'`;
  const text = `${seeds} seeds${said}, ${faultsInjected} faults injected, ${violations} violations, slowest seed ${slowestSeedMs} ms`;
  process.stdout.write(`${json ? JSON.stringify(outcome) : text}\n`);
}
