/**
 * The twin: what a configuration makes of a trace. Two runs on the same input give the same prediction: there is no clock, and
 * how keys fall on lanes is drawn from a fixed seed.
 *
 * 1. arrived = accepted + throttled, and accepted = processed + backlog.
 * 2. The run goes on for `drainMs` after the last arrival: what is left then is backlog, and counts into the greatest age.
 */
import { type Admission, admitArrivals } from './admit-arrivals.ts';
import type { SlicedTrace } from './arrival-trace.ts';
import type { Configuration } from './configuration.ts';
import { Agenda } from './consumption/agenda.ts';
import { Environments } from './consumption/environments.ts';
import { newRunRecord, type RunRecord } from './consumption/run-record.ts';
import { ShardReader } from './consumption/shard-reader.ts';
import { TableWrites } from './consumption/table-writes.ts';
import type { Work } from './consumption/work.ts';
import type { KeySpread } from './key-spread.ts';
import { type CurvePoint, curveOf } from './prediction-curve.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface Prediction {
  readonly seconds: number;
  readonly resolutionMs: number;
  readonly records: {
    readonly arrived: number;
    readonly accepted: number;
    readonly throttled: number;
    readonly processed: number;
    readonly backlog: number;
  };
  /** Age of the last record of a batch when the batch is sent (Lambda's metric), over all batches; and of what is left. */
  readonly iteratorAgeMs: Spread;
  /** From the arrival of a batch's first record until the batch is done. */
  readonly delayMs: Spread;
  readonly curve: readonly CurvePoint[];
  readonly invocations: {
    readonly count: number;
    readonly recordsEach: number;
    readonly largestBatch: number;
    readonly throttled: number;
    readonly coldStarts: number;
    readonly overTimeout: number;
    readonly billedMs: number;
  };
  readonly concurrency: { readonly highest: number; readonly mean: number };
  readonly reads: { readonly calls: number; readonly throttled: number; readonly bytes: number };
  readonly table?: {
    readonly writes: number;
    readonly units: number;
    readonly throttled: number;
    /** Most units of one second. */
    readonly peakUnits: number;
  };
  readonly stream: { readonly bytes: number; readonly roundedBytes: number; readonly payloadUnits: number };
}

export interface Workload {
  readonly trace: SlicedTrace;
  readonly keys: KeySpread;
  /** How long after the last arrival the consumer is watched. @default 60 s */
  readonly drainMs?: number;
}

/** How long a consumer is watched after the last arrival, unless the workload says otherwise. */
export const DRAIN_MS = 60_000;

/** @param admission what the stream accepts, where it is known already */
export function predict(workload: Workload, configuration: Configuration, admission?: Admission): Prediction {
  const { stream, table } = configuration;
  const admitted = admission ?? admitArrivals(workload.trace, workload.keys, stream);
  const work: Work = {
    agenda: new Agenda(),
    configuration,
    environments: new Environments(configuration.function.concurrency),
    table: table && new TableWrites(table),
    record: newRunRecord(),
  };
  const lightKeys = Math.max(1, workload.keys.keys / stream.shards);
  const readers = admitted.shards.map(
    (log, index) => new ShardReader({ work, index, log, shards: stream.shards, lightKeys }),
  );
  const endMs = admitted.durationMs + (workload.drainMs ?? DRAIN_MS);
  work.agenda.runUntil(admitted.durationMs);
  const meanConcurrency = work.environments.mean(admitted.durationMs);
  work.agenda.runUntil(endMs);
  const left = readers.map(reader => reader.backlog());
  const backlog = left.reduce((sum, { records }) => sum + records, 0);
  const oldestMs = Math.min(...left.map(each => each.oldestMs));
  return describe(work, admitted, {
    backlog,
    meanConcurrency,
    ...(backlog > 0 && { leftAgeMs: endMs - oldestMs }),
  });
}

interface Outcome {
  readonly backlog: number;
  readonly meanConcurrency: number;
  readonly leftAgeMs?: number;
}

function describe({ record, environments, table }: Work, admitted: Admission, outcome: Outcome): Prediction {
  const { arrived, accepted, refused, bytes, roundedBytes, payloadUnits } = admitted;
  const { backlog, meanConcurrency, leftAgeMs } = outcome;
  const batches = record.agesMs.length;
  return {
    seconds: admitted.durationMs / 1000,
    resolutionMs: admitted.resolutionMs,
    records: { arrived, accepted, throttled: refused, processed: record.processed, backlog },
    iteratorAgeMs: spreadOf(leftAgeMs === undefined ? record.agesMs : [...record.agesMs, leftAgeMs]),
    delayMs: spreadOf(record.delaysMs),
    curve: curveOf(admitted, record),
    invocations: {
      count: record.invocations,
      recordsEach: batches === 0 ? 0 : sentRecords(record, accepted, backlog) / batches,
      largestBatch: record.largestBatch,
      throttled: environments.throttled,
      coldStarts: environments.coldStarts,
      overTimeout: record.overTimeout,
      billedMs: record.billedMs,
    },
    concurrency: { highest: environments.highest, mean: meanConcurrency },
    reads: { calls: record.reads, throttled: record.readThrottles, bytes: record.readBytes },
    ...(table && {
      table: { writes: table.writes, units: table.units, throttled: table.throttled, peakUnits: table.peakUnits },
    }),
    stream: { bytes, roundedBytes, payloadUnits },
  };
}

/** Of what was accepted, all but what is left was sent; batches in work make no difference worth a name. */
function sentRecords({ processed }: RunRecord, accepted: number, backlog: number): number {
  return Math.max(processed, accepted - backlog);
}
