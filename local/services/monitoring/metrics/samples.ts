import { Distribution, type StoredDistribution } from './distribution.ts';

export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Where values go. */
export interface SampleTaker {
  add(value: number, count?: number): void;
  addSummary(summary: Summary): void;
}

export interface StoredSamples extends Summary {
  readonly distribution?: StoredDistribution | undefined;
}

/** What is kept of the values of one stretch of time. */
export class Samples implements Summary, SampleTaker {
  count = 0;
  sum = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  /** Gone once the samples are old, or when some of them came as a summary only. */
  distribution: Distribution | undefined = new Distribution();

  stored(): StoredSamples {
    const { count, sum, minimum, maximum } = this;
    return { count, sum, minimum, maximum, distribution: this.distribution?.stored() };
  }

  /** Takes back those of an earlier process. */
  restore({ distribution, ...summary }: StoredSamples): void {
    Object.assign(this, summary);
    if (distribution) this.distribution?.restore(distribution);
    else this.distribution = undefined;
  }

  add(value: number, count = 1): void {
    this.count += count;
    this.sum += value * count;
    this.minimum = Math.min(this.minimum, value);
    this.maximum = Math.max(this.maximum, value);
    this.distribution?.add(value, count);
  }

  addSummary(summary: Summary): void {
    this.count += summary.count;
    this.sum += summary.sum;
    this.minimum = Math.min(this.minimum, summary.minimum);
    this.maximum = Math.max(this.maximum, summary.maximum);
    this.distribution = undefined;
  }

  addAll(other: Samples): void {
    const { distribution } = this;
    this.addSummary(other);
    if (distribution && other.distribution) {
      distribution.addAll(other.distribution);
      this.distribution = distribution;
    }
  }
}
