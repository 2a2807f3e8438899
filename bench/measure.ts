import type { Bench } from './bench-definition.ts';

export interface Result {
  readonly name: string;
  readonly measures: string;
  readonly unit: string;
  readonly rounds: number;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** What it is set against; `ratio` is the median of (subject / against), round by round. */
  readonly against: { readonly name: string; readonly median: number; readonly ratio: number } | undefined;
}

const ROUNDS = 5;

/**
 * Runs subject and floor in turn, and who is first in turn too: each pays for the other's garbage as often. The first round of
 * each warms up and is not counted, unless it is the only one.
 */
export async function measure(bench: Bench): Promise<Result> {
  const rounds = bench.rounds ?? ROUNDS;
  const open = await bench.open();
  const own: number[] = [];
  const others: number[] = [];
  try {
    for (let round = rounds > 1 ? 0 : 1; round <= rounds; round++) {
      const early = round % 2 === 0 ? undefined : await open.against?.measure();
      const subject = await open.subject.measure();
      const against = early ?? (await open.against?.measure());
      if (round === 0) continue;
      own.push(subject);
      if (against !== undefined) others.push(against);
    }
  } finally {
    await open.close();
  }
  const ratios = own.map((value, index) => value / (others[index] ?? Number.NaN));
  const { name, measures, unit } = bench;
  return {
    name,
    measures,
    unit,
    rounds: own.length,
    median: round3(median(own)),
    lowest: round3(Math.min(...own)),
    highest: round3(Math.max(...own)),
    against: open.against && { name: open.against.name, median: round3(median(others)), ratio: round3(median(ratios)) },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Three significant digits: more would be noise. */
function round3(value: number): number {
  return Number(value.toPrecision(3));
}
