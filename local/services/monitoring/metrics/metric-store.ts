/** All metrics of the cloud. */
import type { MetricDatum } from '../../../cloud/telemetry.ts';
import type { Clock } from '../../../time/clock.ts';
import { type MetricIdentity, MetricSeries } from './metric-series.ts';
import type { Samples } from './samples.ts';

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

export class MetricStore {
  readonly #clock: Clock;
  readonly #series = new Map<string, MetricSeries>();

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

  record(arrival: Arrival, add: (samples: Samples) => void): void {
    const key = keyOf(arrival.namespace, arrival.name, arrival.dimensions);
    let series = this.#series.get(key);
    if (!series) {
      const { namespace, name, dimensions } = arrival;
      series = new MetricSeries({ namespace, name, dimensions: { ...dimensions } }, arrival.unit ?? 'None');
      this.#series.set(key, series);
    }
    series.record(arrival.atMs ?? this.#clock.now(), arrival.storageResolution === 1, add);
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
