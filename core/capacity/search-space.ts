/** The configurations among which the cheapest is looked for. */
import { type Admission, admitArrivals, leastShards } from './admit-arrivals.ts';
import { ON_DEMAND_SHARDS, SHARD_WRITE } from './aws-limits.ts';
import type {
  Configuration,
  FunctionConfiguration,
  MappingConfiguration,
  StreamConfiguration,
} from './configuration.ts';
import type { Objective } from './objective.ts';
import type { Workload } from './predict.ts';

const BATCH_SIZES = [50, 200, 500, 1000, 2500, 10_000];
const WINDOWS_MS = [0, 1000, 2000, 5000, 15_000, 60_000];
const PARALLELIZATIONS = [1, 2, 5, 10];
/** Memory with which a function has a whole vCPU (Lambda guide, "Configure memory"): beyond it, one thread gains nothing. */
const MEMORIES_MB = [1024, 1769];

export interface StreamChoice {
  readonly stream: StreamConfiguration;
  readonly admission: Admission;
}

/**
 * Numbers of shards from the smallest that refuses no more than the objective allows, up to four times as many; and on demand.
 * @returns those that refuse too much too: they are counted, and not tried
 */
export function streamChoices(workload: Workload, { throttles }: Objective, onDemandShards: number): StreamChoice[] {
  const choose = (stream: StreamConfiguration): StreamChoice => ({
    stream,
    admission: admitArrivals(workload.trace, workload.keys, stream),
  });
  const provisioned = (shards: number) => choose({ mode: 'provisioned', shards });
  const mostShards = 4 * leastShards(workload.trace) + 16;
  const isEnough = ({ admission }: StreamChoice) => throttles === undefined || admission.refused <= throttles;
  let least = leastShards(workload.trace);
  const tooFew: StreamChoice[] = [];
  for (let choice = provisioned(least); !isEnough(choice) && least < mostShards; choice = provisioned(least)) {
    tooFew.push(choice);
    least++;
  }
  const counts = [least, least + 1, Math.ceil(1.5 * least), 2 * least, 4 * least];
  const tried = [...new Set(counts)].map(provisioned);
  return [...tooFew, ...tried, choose({ mode: 'on-demand', shards: onDemandShards })];
}

/** Every way to batch; windows only while they leave room below the times that are allowed. */
export function mappingChoices(base: MappingConfiguration, { iteratorAge, delay }: Objective): MappingConfiguration[] {
  const longestMs = Math.min(
    iteratorAge?.atMostMs ?? Number.POSITIVE_INFINITY,
    delay?.atMostMs ?? Number.POSITIVE_INFINITY,
  );
  const windows = distinct([...WINDOWS_MS.filter(windowMs => windowMs <= longestMs), base.windowMs]);
  return windows.flatMap(windowMs =>
    distinct([...PARALLELIZATIONS, base.parallelization]).flatMap(parallelization =>
      distinct([...BATCH_SIZES, base.batchSize]).map(batchSize => ({ ...base, batchSize, windowMs, parallelization })),
    ),
  );
}

/** What the function has, and more; with less it might not run at all, which the model cannot know. */
export function functionChoices(
  base: FunctionConfiguration,
  functionAt: (memoryMb: number) => FunctionConfiguration,
): FunctionConfiguration[] {
  const more = MEMORIES_MB.filter(memoryMb => memoryMb > base.memoryMb);
  return [base, ...more.map(functionAt)];
}

/** Write units of a provisioned table, ascending, between the mean and a bit above the peak of what an unlimited one used. */
export function writeUnitChoices({ mean, peak }: { readonly mean: number; readonly peak: number }): number[] {
  const steps = 6;
  const least = Math.max(1, mean);
  const units = Array.from({ length: steps + 1 }, (_, step) =>
    Math.ceil(least * (Math.max(least, peak) / least) ** (step / steps)),
  );
  return distinct([...units, Math.ceil(peak * 1.25)]).sort((a, b) => a - b);
}

/** How many tables are considered for each stream, mapping and function: those above, and on demand. */
export const TABLE_CHOICES = 9;

/** What an on-demand stream takes at once: as a new one, or twice the peak that it has seen. */
export function onDemandShards(previousPeakPerSecond = 0): number {
  return Math.max(ON_DEMAND_SHARDS, Math.ceil((2 * previousPeakPerSecond) / SHARD_WRITE.records));
}

export function withTable(configuration: Configuration, table: Configuration['table']): Configuration {
  const { table: _, ...rest } = configuration;
  return table ? { ...rest, table } : rest;
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)];
}
