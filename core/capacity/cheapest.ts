/**
 * Looks for the cheapest configuration that keeps an objective.
 *
 * 1. Streams that refuse too much are out by what they admit alone, and consumers that are too slow by their arithmetic.
 * 2. A descent begins at what is configured: it changes the stream, the mapping or the function, and goes on from the best,
 *    until no change is one for the better. It finds something good soon.
 * 3. Then the others are simulated in the order of the least that they can cost. As soon as that is more than the best one
 *    found costs, the search is over: nothing cheaper is left. With the budget of simulations used up before, `gap` says how
 *    much cheaper what was not tried could be at the most.
 */
import type { Admission } from './admit-arrivals.ts';
import type { Configuration } from './configuration.ts';
import { cannotKeepUp, leastWork } from './least-work.ts';
import { DRAIN_MS } from './predict.ts';
import { functionChoices, mappingChoices, streamChoices, TABLE_CHOICES, withTable } from './search-space.ts';
import { type Choice, type Family, type Search, Trials } from './trials.ts';

export interface SearchResult {
  /** Absent when nothing that was tried keeps the objective. */
  readonly best?: Choice;
  /** When nothing does: what came closest, by the greatest delay. */
  readonly nearest?: Choice;
  readonly considered: number;
  readonly simulated: number;
  /** The stream refuses too much. */
  readonly tooFewShards: number;
  /** The lanes cannot work off what comes. */
  readonly tooSlow: number;
  /** Share by which what was not tried could be cheaper, at the most; 0: nothing can be. */
  readonly gap: number;
}

export function findCheapest(search: Search): SearchResult {
  const { base, workload, objective } = search;
  const streams = streamChoices(workload, objective, search.onDemandShards);
  const mappings = mappingChoices(base.mapping, objective);
  const functions = functionChoices(base.function, search.functionAt);
  const tables = base.table ? TABLE_CHOICES : 1;
  const perStream = mappings.length * functions.length * tables;
  const { throttles } = objective;
  const enough = streams.filter(({ admission }) => throttles === undefined || admission.refused <= throttles);
  const families: Family[] = [];
  const waitMs = longestWaitMs(search);
  let tooSlow = 0;
  for (const { stream, admission } of enough) {
    for (const mapping of mappings) {
      for (const each of functions) {
        const configuration = { ...base, stream, mapping, function: each };
        if (cannotKeepUp(configuration, admission, { keys: workload.keys, waitMs })) tooSlow += tables;
        else families.push({ configuration, admission, leastUsd: leastUsdOf(search, configuration, admission) });
      }
    }
  }
  families.sort((a, b) => a.leastUsd - b.leastUsd);
  const trials = new Trials(search);
  descend(trials, families, base);
  const gap = tryInOrder(trials, families);
  const { best, nearest, simulated } = trials;
  return {
    ...(best ? { best } : nearest && { nearest }),
    simulated,
    gap,
    considered: streams.length * perStream,
    tooFewShards: (streams.length - enough.length) * perStream,
    tooSlow,
  };
}

/** How long a record may wait for its batch by the objective; only a limit on the greatest time says so of every one. */
function longestWaitMs({ objective: { iteratorAge, delay } }: Search): number {
  const limits = [iteratorAge, delay].filter(limit => limit?.statistic === 'max');
  return Math.min(...limits.map(limit => limit?.atMostMs ?? Number.POSITIVE_INFINITY));
}

/** With the table that could be the cheapest, had it no peaks. */
function leastUsdOf(search: Search, configuration: Configuration, admission: Admission): number {
  const work = leastWork(configuration, admission, { keys: search.workload.keys, waitMs: longestWaitMs(search) });
  const { table } = configuration;
  if (!table) return search.leastPriceOf(configuration, admission, work);
  const seconds = Math.max(1, admission.durationMs / 1000);
  const onDemand = withTable(configuration, { ...table, mode: 'on-demand', writeUnits: search.onDemandUnits });
  const { delay } = search.objective;
  const drainMs = delay?.statistic === 'max' ? delay.atMostMs : (search.workload.drainMs ?? DRAIN_MS);
  const units = Math.max(1, Math.floor(work.units / (seconds + drainMs / 1000)));
  const provisioned = withTable(configuration, { ...table, mode: 'provisioned', writeUnits: units });
  return Math.min(search.leastPriceOf(onDemand, admission, work), search.leastPriceOf(provisioned, admission, work));
}

const PARTS = ['stream', 'function', 'mapping'] as const;

/** From what is configured, or what is most like it, to what is better with one part changed, as long as there is such. */
function descend(trials: Trials, families: readonly Family[], base: Configuration): void {
  let current = mostLike(families, base);
  for (let unchanged = 0; current && unchanged < PARTS.length && !trials.isSpent; ) {
    trials.attempt(current);
    for (const part of PARTS) {
      const from: Configuration = current.configuration;
      const before = trials.standing;
      for (const family of families) {
        if (PARTS.every(other => other === part || isSame(family.configuration, from, other))) trials.attempt(family);
      }
      unchanged = trials.standing === before ? unchanged + 1 : 0;
      current = mostLike(families, trials.standing?.configuration ?? from) ?? current;
    }
  }
}

function mostLike(families: readonly Family[], wanted: Configuration): Family | undefined {
  const others = families.map(({ configuration }) => PARTS.filter(part => !isSame(configuration, wanted, part)).length);
  return families[others.indexOf(Math.min(...others))];
}

function isSame(a: Configuration, b: Configuration, part: (typeof PARTS)[number]): boolean {
  switch (part) {
    case 'stream':
      return a.stream.mode === b.stream.mode && a.stream.shards === b.stream.shards;
    case 'function':
      return a.function.memoryMb === b.function.memoryMb;
    case 'mapping':
      return (
        a.mapping.batchSize === b.mapping.batchSize &&
        a.mapping.windowMs === b.mapping.windowMs &&
        a.mapping.parallelization === b.mapping.parallelization
      );
  }
}

/** @returns the gap that is left */
function tryInOrder(trials: Trials, families: readonly Family[]): number {
  for (const family of families) {
    const bestUsd = trials.best?.usdPerHour ?? Number.POSITIVE_INFINITY;
    if (family.leastUsd >= bestUsd) return 0;
    if (trials.isSpent) return trials.best ? Math.max(0, 1 - family.leastUsd / bestUsd) : 0;
    trials.attempt(family);
  }
  return 0;
}
