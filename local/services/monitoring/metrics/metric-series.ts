/** Everything that is kept of one metric: its samples by minute and, if it is of high resolution, by second. */
import { Samples, type SampleTaker, type StoredSamples } from './samples.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As long as CloudWatch keeps minutes, ms. */
export const MINUTES_KEPT_MS = 15 * 24 * HOUR_MS;
/** As long as CloudWatch keeps seconds, and as long as percentiles can be asked for here, ms. */
const DETAIL_KEPT_MS = 3 * HOUR_MS;

interface Bucket {
  readonly startMs: number;
  readonly samples: Samples;
}

/** Minutes or seconds. */
export type Resolution = 'm' | 's';

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export class MetricSeries {
  readonly identity: MetricIdentity;
  /** The unit of the first value. */
  readonly unit: string;
  /** Its place in the order in which the store's metrics came. */
  readonly number: number;
  readonly #minutes: Bucket[] = [];
  readonly #seconds: Bucket[] = [];
  /** Minutes before this index have lost their distribution. */
  #summarised = 0;

  constructor(identity: MetricIdentity, { unit, number }: { unit: string; number: number }) {
    this.identity = identity;
    this.unit = unit;
    this.number = number;
  }

  get lastAtMs(): number {
    return this.#minutes.at(-1)?.startMs ?? 0;
  }

  /** Calls `add` on the samples that hold the moment `atMs`. */
  record(atMs: number, isHighResolution: boolean, add: (samples: SampleTaker) => void): void {
    const isNew = this.#minutes.length;
    add(bucketAt(this.#minutes, atMs, MINUTE_MS).samples);
    if (this.#minutes.length > isNew) this.forgetOld();
    if (!isHighResolution) return;
    add(bucketAt(this.#seconds, atMs, SECOND_MS).samples);
    dropBefore(this.#seconds, this.lastAtMs - DETAIL_KEPT_MS);
  }

  /** @returns undefined when there is no value in `[startMs, endMs)` */
  between(startMs: number, endMs: number): Samples | undefined {
    const isFine = startMs % MINUTE_MS !== 0 || endMs % MINUTE_MS !== 0;
    const buckets = isFine ? this.#seconds : this.#minutes;
    let merged: Samples | undefined;
    for (let index = firstFrom(buckets, startMs); index < buckets.length; index++) {
      const bucket = buckets[index];
      if (!bucket || bucket.startMs >= endMs) break;
      merged ??= new Samples();
      merged.addAll(bucket.samples);
    }
    return merged;
  }

  /** Where there are samples. */
  buckets(): (readonly [Resolution, startMs: number])[] {
    return [
      ...this.#minutes.map(({ startMs }) => ['m', startMs] as const),
      ...this.#seconds.map(({ startMs }) => ['s', startMs] as const),
    ];
  }

  samplesAt(resolution: Resolution, startMs: number): Samples | undefined {
    const buckets = resolution === 'm' ? this.#minutes : this.#seconds;
    const bucket = buckets[firstFrom(buckets, startMs)];
    return bucket?.startMs === startMs ? bucket.samples : undefined;
  }

  /** Takes back samples of an earlier process; `forgetOld` is called when all are back. */
  restore(resolution: Resolution, startMs: number, stored: StoredSamples): void {
    this.#bucketAt(resolution, startMs).samples.restore(stored);
  }

  /** Adds to samples of an earlier process; `forgetOld` is called when all are back. */
  replay(resolution: Resolution, startMs: number, add: (samples: SampleTaker) => void): void {
    add(this.#bucketAt(resolution, startMs).samples);
  }

  #bucketAt(resolution: Resolution, startMs: number): Bucket {
    return resolution === 'm'
      ? bucketAt(this.#minutes, startMs, MINUTE_MS)
      : bucketAt(this.#seconds, startMs, SECOND_MS);
  }

  forgetOld(): void {
    dropBefore(this.#seconds, this.lastAtMs - DETAIL_KEPT_MS);
    const dropped = dropBefore(this.#minutes, this.lastAtMs - MINUTES_KEPT_MS);
    this.#summarised = Math.max(0, this.#summarised - dropped);
    for (; this.#summarised < this.#minutes.length; this.#summarised++) {
      const bucket = this.#minutes[this.#summarised];
      if (!bucket || bucket.startMs >= this.lastAtMs - DETAIL_KEPT_MS) return;
      bucket.samples.distribution = undefined;
    }
  }
}

/** Buckets stand in ascending order; values mostly come for the last one. */
function bucketAt(buckets: Bucket[], atMs: number, sizeMs: number): Bucket {
  const startMs = Math.floor(atMs / sizeMs) * sizeMs;
  const last = buckets.at(-1);
  if (last?.startMs === startMs) return last;
  const index = last === undefined || last.startMs < startMs ? buckets.length : firstFrom(buckets, startMs);
  const found = buckets[index];
  if (found?.startMs === startMs) return found;
  const bucket = { startMs, samples: new Samples() };
  buckets.splice(index, 0, bucket);
  return bucket;
}

/** The index of the first bucket that starts at `startMs` or later. */
function firstFrom(buckets: readonly Bucket[], startMs: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.startMs ?? 0) < startMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dropBefore(buckets: Bucket[], startMs: number): number {
  const first = buckets[0];
  if (!first || first.startMs >= startMs) return 0;
  return buckets.splice(0, firstFrom(buckets, startMs)).length;
}
