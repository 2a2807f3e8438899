/** Everything that is kept of one metric: its samples by minute and, if it is of high resolution, by second. */
import { Samples } from './samples.ts';

const SECOND_MS = 1000;
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

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export class MetricSeries {
  readonly identity: MetricIdentity;
  /** The unit of the first value. */
  readonly unit: string;
  readonly #minutes: Bucket[] = [];
  readonly #seconds: Bucket[] = [];
  /** Minutes before this index have lost their distribution. */
  #summarised = 0;

  constructor(identity: MetricIdentity, unit: string) {
    this.identity = identity;
    this.unit = unit;
  }

  get lastAtMs(): number {
    return this.#minutes.at(-1)?.startMs ?? 0;
  }

  /** Calls `add` on the samples that hold the moment `atMs`. */
  record(atMs: number, isHighResolution: boolean, add: (samples: Samples) => void): void {
    const isNew = this.#minutes.length;
    add(bucketAt(this.#minutes, atMs, MINUTE_MS).samples);
    if (this.#minutes.length > isNew) this.#forget();
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

  #forget(): void {
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
