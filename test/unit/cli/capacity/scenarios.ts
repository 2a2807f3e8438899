import type { Configuration } from '../../../../core/capacity/configuration.ts';
import { evenKeys } from '../../../../core/capacity/key-spread.ts';
import type { Workload } from '../../../../core/capacity/predict.ts';
import { configurationOf, traceOf } from '../../core/capacity/capacity-fixture.ts';

export interface Scenario {
  readonly name: string;
  readonly workload: Workload;
  readonly configuration: Configuration;
  /** Greatest error allowed, by figure, where it is not the general one. */
  readonly allowed?: Readonly<Record<string, number>>;
}

const many = evenKeys(5000);

/** Traces on which the twin is held against the embedded cloud. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a steady rate',
    workload: { trace: traceOf([30, 15_000]), keys: many },
    configuration: configurationOf(),
  },
  {
    name: 'a burst over the limit of the shard',
    workload: { trace: traceOf([10, 3000], [3, 6000], [10, 3000]), keys: many },
    configuration: configurationOf({ mapping: { batchSize: 200 } }),
  },
  {
    name: 'large records over the byte limit of the shards',
    workload: { trace: traceOf([15, 1500, 30_000]), keys: many },
    configuration: configurationOf({ stream: { shards: 2 }, mapping: { batchSize: 50 } }),
  },
  {
    name: 'a hot key',
    workload: { trace: traceOf([20, 20_000]), keys: evenKeys(5000, 0.6) },
    configuration: configurationOf({
      stream: { shards: 2 },
      mapping: { parallelization: 2 },
      function: { perEventMs: 2 },
    }),
  },
  {
    name: 'a hot key over the limit of its shard',
    workload: { trace: traceOf([10, 25_000, 300]), keys: evenKeys(5000, 0.7) },
    configuration: configurationOf({ stream: { shards: 4 }, mapping: { parallelization: 2, batchSize: 500 } }),
  },
  {
    name: 'a consumer slower than the arrivals',
    workload: { trace: traceOf([20, 12_000]), keys: many },
    configuration: configurationOf({ mapping: { batchSize: 200 }, function: { perEventMs: 3 } }),
  },
  {
    name: 'a burst of cold starts',
    workload: { trace: traceOf([5, 0], [10, 8000]), keys: many },
    configuration: configurationOf({
      stream: { shards: 4 },
      mapping: { parallelization: 5 },
      function: { coldStartMs: 2000, perEventMs: 2 },
    }),
  },
  {
    name: 'a batch window',
    workload: { trace: traceOf([30, 3000]), keys: many },
    configuration: configurationOf({ stream: { shards: 2 }, mapping: { batchSize: 500, windowMs: 3000 } }),
  },
  {
    name: 'a table with too few write units',
    workload: { trace: traceOf([10, 3000]), keys: many },
    configuration: configurationOf({
      stream: { shards: 2 },
      mapping: { parallelization: 2 },
      table: { mode: 'provisioned', writeUnits: 100 },
    }),
    allowed: { 'table writes throttled': 0.25, 'iterator age p50 ms': 0.4 }, // they are repeated in another order
  },
  {
    name: 'three readers of one stream',
    workload: { trace: traceOf([15, 12_000]), keys: many },
    configuration: configurationOf({
      stream: { shards: 2 },
      mapping: { batchSize: 500, readers: 3 },
      function: { perEventMs: 0.2 },
    }),
    // the readers do not share evenly there
    allowed: { invocations: 0.7, 'delay p50 ms': 0.5, 'iterator age p99 ms': 1.2, 'iterator age max ms': 1.2 },
  },
  {
    name: 'a limit on concurrency below what the lanes want',
    workload: { trace: traceOf([20, 10_000]), keys: many },
    configuration: configurationOf({
      stream: { shards: 2 },
      mapping: { parallelization: 4 },
      function: { concurrency: 3, perEventMs: 5 },
    }),
    // whose turn it is, is chance
    allowed: {
      'iterator age p50 ms': 0.6,
      'iterator age p99 ms': 0.8,
      'iterator age max ms': 0.8,
      'delay max ms': 0.6,
      'delay p50 ms': 0.6,
      invocations: 0.4,
    },
  },
];
