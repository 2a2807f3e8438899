import type { Arrival, SlicedTrace } from '../../../../core/capacity/arrival-trace.ts';
import { sliceTrace } from '../../../../core/capacity/arrival-trace.ts';
import type { Configuration } from '../../../../core/capacity/configuration.ts';

type Parts = { readonly [Part in keyof Configuration]?: Partial<Configuration[Part]> };

/** A configuration of one shard, batches of 100 and a function that takes 20 ms and 1 ms for each event. */
export function configurationOf(parts: Parts = {}): Configuration {
  return {
    stream: { mode: 'provisioned', shards: 1, ...parts.stream },
    mapping: { batchSize: 100, windowMs: 0, parallelization: 1, readers: 1, fanOut: false, ...parts.mapping },
    function: {
      memoryMb: 512,
      concurrency: 1000,
      perBatchMs: 20,
      perEventMs: 1,
      perKeyMs: 0,
      coldStartMs: 300,
      timeoutMs: 60_000,
      ...parts.function,
    },
    ...(parts.table && {
      table: { mode: 'on-demand', writeUnits: 4000, unitsPerWrite: 1, writesPer: 'key', ...parts.table },
    }),
  };
}

/** `[seconds, records, bytes of each]`, one after the other. */
export function traceOf(
  ...stretches: readonly (readonly [seconds: number, count: number, sizeBytes?: number])[]
): SlicedTrace {
  const arrivals: Arrival[] = [];
  let startMs = 0;
  for (const [seconds, count, sizeBytes = 500] of stretches) {
    arrivals.push({ startMs, durationMs: seconds * 1000, count, sizeBytes });
    startMs += seconds * 1000;
  }
  return sliceTrace({ arrivals, durationMs: startMs });
}
