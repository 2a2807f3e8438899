/** All metrics of the cloud. */
import type { MetricDatum } from '../../../cloud/telemetry.ts';
import type { Clock } from '../../../time/clock.ts';
import { type MetricIdentity, MetricSeries, MINUTE_MS, type Resolution, SECOND_MS } from './metric-series.ts';
import type { SampleTaker } from './samples.ts';

/** What engines send, and what embedded metric format adds to it. */
export interface TimedDatum extends MetricDatum {
  /** @default now */
  readonly atMs?: number;
  /** Seconds. @default 60 */
  readonly storageResolution?: number;
}

/** The values of one moment, however they came. */
export interface Arrival extends MetricIdentity {
  readonly unit?: string | undefined;
  readonly atMs?: number | undefined;
  readonly storageResolution?: number | undefined;
}

/** Hears which records have changed, so that they can outlive the process. */
export interface MetricChanges {
  series(number: number): void;
  /** `add` adds once more what came. */
  samples(number: number, resolution: Resolution, startMs: number, add: (samples: SampleTaker) => void): void;
}

export class MetricStore {
  readonly #clock: Clock;
  readonly #series = new Map<string, MetricSeries>();
  readonly #numbered: MetricSeries[] = [];
  /** Absent when nothing outlives the process. */
  changes: MetricChanges | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): Iterable<MetricSeries> {
    return this.#series.values();
  }

  /** A port for engines: never throws, whatever it is given. */
  readonly sink = (datum: TimedDatum): void => {
    if (!Number.isFinite(datum.value)) return;
    this.record(datum, samples => samples.add(datum.value));
  };

  record(arrival: Arrival, add: (samples: SampleTaker) => void): void {
    const series = this.find(arrival) ?? this.#newSeries(arrival);
    const atMs = arrival.atMs ?? this.#clock.now();
    const isHighResolution = arrival.storageResolution === 1;
    series.record(atMs, isHighResolution, add);
    if (!this.changes) return;
    this.changes.samples(series.number, 'm', Math.floor(atMs / MINUTE_MS) * MINUTE_MS, add);
    if (isHighResolution) this.changes.samples(series.number, 's', Math.floor(atMs / SECOND_MS) * SECOND_MS, add);
  }

  #newSeries({ namespace, name, dimensions, unit = 'None' }: Arrival): MetricSeries {
    const identity = { namespace, name, dimensions: { ...dimensions } };
    const series = this.restore(identity, { unit, number: this.#numbered.length });
    this.changes?.series(series.number);
    return series;
  }

  /** Takes back a metric of an earlier process, without its samples. */
  restore(identity: MetricIdentity, { unit, number }: { unit: string; number: number }): MetricSeries {
    const series = new MetricSeries(identity, { unit, number });
    this.#series.set(keyOf(identity.namespace, identity.name, identity.dimensions), series);
    this.#numbered[number] = series;
    return series;
  }

  numbered(number: number): MetricSeries | undefined {
    return this.#numbered[number];
  }

  find({ namespace, name, dimensions }: MetricIdentity): MetricSeries | undefined {
    return this.#series.get(keyOf(namespace, name, dimensions));
  }
}

function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  let key = `${namespace}\n${name}`;
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  for (const dimension of names) key += `\n${dimension}\n${dimensions[dimension]}`;
  return key;
}
