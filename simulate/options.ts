import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run simulate -- [options]

Runs the deployed handlers of the synthesized template in the embedded cloud, on a clock that jumps, under faults that
follow from a seed; lets everything come to rest, and checks the accounts against a model of its own.

  --seeds N         how many seeds to run (default 100)
  --seed S          the first seed; alone, only this one
  --json            the result as one line of JSON, last
  --mutation NAME   with a mistake in the handlers, until a seed finds it: exit code 0 when one does
  --write           write the shrunk plan of a failing seed to test/simulate/regressions/, also with a mutation
  --no-shrink       do not look for the smallest plan that still fails
  --workers N       processes side by side (default: one per core)
  --help            this text

Exit codes: 0 all accounts are exact; 1 a seed violates them; 2 it could not be run.`;

export interface SimulateOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly json: boolean;
  readonly mutation: string | undefined;
  readonly write: boolean;
  readonly shrink: boolean;
  readonly workers: number;
}

const DEFAULT_SEEDS = 100;
const MOST_SEEDS = 1_000_000;

/** Reads the command line. @returns undefined when help is asked for. @throws Error naming the option that is wrong */
export function readOptions(args: readonly string[]): SimulateOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      mutation: { type: 'string' },
      write: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: true },
      workers: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowNegative: true,
  });
  if (values.help) return undefined;
  return {
    seeds: whole('seeds', values.seeds, values.seed === undefined ? DEFAULT_SEEDS : 1, 1),
    firstSeed: whole('seed', values.seed, 1, 0),
    json: values.json,
    mutation: values.mutation,
    write: values.write,
    shrink: values.shrink,
    workers: whole('workers', values.workers, availableParallelism(), 1),
  };
}

function whole(name: string, text: string | undefined, fallback: number, least: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= MOST_SEEDS) return value;
  throw new Error(`Cannot use --${name}: a whole number from ${least} to ${MOST_SEEDS}, received '${text}'`);
}
