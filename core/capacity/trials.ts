/**
 * The configurations that were tried in a search, and the best of them.
 *
 * 1. A family is all that differs in the table only. It is tried once: without a limit on the table first, since what is too
 *    late then is too late with every table.
 * 2. A batch size that was never reached makes no difference: a greater one is not tried.
 * 3. Of a long trace the busiest stretch is tried first: what is too late in it is too late.
 */
import { type Admission, admitArrivals } from './admit-arrivals.ts';
import { busiestStretch, type SlicedTrace } from './arrival-trace.ts';
import type { Configuration, FunctionConfiguration } from './configuration.ts';
import type { LeastWork } from './least-work.ts';
import { missesOf, type Objective } from './objective.ts';
import { type Prediction, predict, type Workload } from './predict.ts';
import { withTable, writeUnitChoices } from './search-space.ts';

export interface Search {
  readonly workload: Workload;
  readonly base: Configuration;
  readonly objective: Objective;
  readonly functionAt: (memoryMb: number) => FunctionConfiguration;
  readonly onDemandShards: number;
  /** Write units that an on-demand table takes. */
  readonly onDemandUnits: number;
  /** Dollars per hour. */
  readonly priceOf: (configuration: Configuration, prediction: Prediction) => number;
  readonly leastPriceOf: (configuration: Configuration, admission: Admission, work: LeastWork) => number;
  readonly mostSimulations: number;
  readonly onProgress?: (progress: { readonly simulated: number; readonly bestUsdPerHour: number | undefined }) => void;
}

export interface Choice {
  readonly configuration: Configuration;
  readonly prediction: Prediction;
  readonly usdPerHour: number;
}

/** Configurations that differ in their table only. */
export interface Family {
  readonly configuration: Configuration;
  readonly admission: Admission;
  readonly leastUsd: number;
}

const UNLIMITED_UNITS = 1e9;
/** A trace that is longer than the one is tried on a stretch of the other first. */
const LONG_MS = 20 * 60_000;
const STRETCH_MS = 5 * 60_000;

export class Trials {
  readonly #search: Search;
  readonly #done = new Set<Family>();
  /** Largest batch that was seen, by everything but the batch size. */
  readonly #largestBatches = new Map<string, number>();
  readonly #stretch: SlicedTrace | undefined;
  readonly #stretchAdmissions = new Map<string, Admission>();
  simulated = 0;
  /** The cheapest that keeps the objective. */
  best: Choice | undefined;
  /** What waits the least, as long as nothing keeps the objective. */
  nearest: Choice | undefined;

  constructor(search: Search) {
    const { trace } = search.workload;
    this.#search = search;
    this.#stretch = trace.durationMs > LONG_MS ? busiestStretch(trace, STRETCH_MS) : undefined;
  }

  get isSpent(): boolean {
    return this.simulated >= this.#search.mostSimulations;
  }

  get standing(): Choice | undefined {
    return this.best ?? this.nearest;
  }

  attempt(family: Family): void {
    const { configuration, leastUsd } = family;
    const { batchSize } = configuration.mapping;
    if (this.isSpent || this.#done.has(family)) return;
    this.#done.add(family);
    if (this.best && leastUsd >= this.best.usdPerHour) return;
    if (batchSize > (this.#largestBatches.get(batchKey(configuration)) ?? Number.POSITIVE_INFINITY)) return;
    if (this.#isLateInStretch(configuration)) return;
    this.#tryTables(family);
    this.#search.onProgress?.({ simulated: this.simulated, bestUsdPerHour: this.best?.usdPerHour });
  }

  #tryTables({ configuration, admission }: Family): void {
    const { objective, onDemandUnits } = this.#search;
    const { table } = configuration;
    const onDemandOf = (writeUnits: number) =>
      withTable(configuration, table && { ...table, mode: 'on-demand', writeUnits });
    const unlimited = this.#simulate(onDemandOf(UNLIMITED_UNITS), admission);
    const { largestBatch } = unlimited.prediction.invocations;
    if (largestBatch < configuration.mapping.batchSize) this.#largestBatches.set(batchKey(configuration), largestBatch);
    const used = unlimited.prediction.table;
    const isLate = missesOf(objective, unlimited.prediction).length > 0;
    if (isLate || !table || !used) {
      this.#keep(unlimited);
      return;
    }
    if (used.peakUnits <= onDemandUnits) {
      this.#keep({ ...unlimited, configuration: onDemandOf(onDemandUnits) });
    } else {
      this.#keep(this.#simulate(onDemandOf(onDemandUnits), admission));
    }
    const mean = used.units / Math.max(1, unlimited.prediction.seconds);
    this.#tryProvisioned({ configuration, admission }, unlimited, { mean, peak: used.peakUnits });
  }

  /** The fewest write units that do: fewer are cheaper, and never better. */
  #tryProvisioned(
    { configuration, admission }: Omit<Family, 'leastUsd'>,
    { prediction }: Choice,
    demand: { readonly mean: number; readonly peak: number },
  ): void {
    const { objective, priceOf } = this.#search;
    const { table } = configuration;
    const provisionedOf = (writeUnits: number) =>
      withTable(configuration, table && { ...table, mode: 'provisioned', writeUnits });
    const choices = writeUnitChoices(demand);
    let low = 0;
    let high = choices.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const provisioned = provisionedOf(choices[middle] ?? 1);
      // with fewer units the same work takes as long or longer, so this is the least that it costs
      const isDearer = this.best !== undefined && priceOf(provisioned, prediction) >= this.best.usdPerHour;
      const tried = isDearer ? undefined : this.#simulate(provisioned, admission);
      const keeps = tried !== undefined && missesOf(objective, tried.prediction).length === 0;
      if (tried && keeps) this.#keep(tried);
      if (isDearer || keeps) high = middle - 1;
      else low = middle + 1;
    }
  }

  #simulate(configuration: Configuration, admission: Admission): Choice {
    const prediction = predict(this.#search.workload, configuration, admission);
    this.simulated++;
    return { configuration, prediction, usdPerHour: this.#search.priceOf(configuration, prediction) };
  }

  #keep(choice: Choice): void {
    const { prediction, usdPerHour } = choice;
    if (missesOf(this.#search.objective, prediction).length === 0) {
      if (usdPerHour < (this.best?.usdPerHour ?? Number.POSITIVE_INFINITY)) this.best = choice;
    } else if (prediction.delayMs.max < (this.nearest?.prediction.delayMs.max ?? Number.POSITIVE_INFINITY)) {
      this.nearest = choice;
    }
  }

  /** With nothing cold and nothing waiting when it begins, and no table in the way: it can only be later in the whole trace. */
  #isLateInStretch(configuration: Configuration): boolean {
    const { workload, objective } = this.#search;
    const trace = this.#stretch;
    const limits = [objective.iteratorAge, objective.delay].filter(limit => limit !== undefined);
    if (!trace || limits.length === 0 || limits.some(({ statistic }) => statistic !== 'max')) return false;
    const { stream, function: of } = configuration;
    const key = `${stream.mode} ${stream.shards}`;
    const admission = this.#stretchAdmissions.get(key) ?? admitArrivals(trace, workload.keys, stream);
    this.#stretchAdmissions.set(key, admission);
    const warm = { ...withTable(configuration, undefined), function: { ...of, coldStartMs: 0 } };
    const { throttles: _, ...times } = objective;
    return missesOf(times, predict({ ...workload, trace }, warm, admission)).length > 0;
  }
}

/** Everything but the batch size, by which runs differ. */
function batchKey({ stream, mapping, function: { memoryMb } }: Configuration): string {
  return [stream.mode, stream.shards, mapping.windowMs, mapping.parallelization, memoryMb].join(' ');
}
