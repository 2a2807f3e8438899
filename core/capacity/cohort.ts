/** Records of one shard that arrived at the same instant: the model follows them together, not one by one. */
export interface Cohort {
  readonly atMs: number;
  readonly sizeBytes: number;
  /** All of them. */
  readonly count: number;
  /** Those among them of each heavy key that is followed here. */
  readonly heavy: readonly number[];
}

/** Splits off the first `count` records; heavy keys are mixed evenly among them. */
export function splitCohort(cohort: Cohort, count: number): readonly [taken: Cohort, left: Cohort | undefined] {
  if (count >= cohort.count) return [cohort, undefined];
  let light = cohort.count - cohort.heavy.reduce((sum, each) => sum + each, 0);
  let heavyTaken = 0;
  const heavy = cohort.heavy.map(each => {
    const taken = Math.min(each, Math.round((each * count) / cohort.count), count - heavyTaken);
    heavyTaken += taken;
    return taken;
  });
  light = Math.min(light, count - heavyTaken);
  let missing = count - heavyTaken - light;
  for (let key = 0; missing > 0 && key < heavy.length; key++) {
    const more = Math.min(missing, (cohort.heavy[key] ?? 0) - (heavy[key] ?? 0));
    heavy[key] = (heavy[key] ?? 0) + more;
    missing -= more;
  }
  const left = cohort.heavy.map((each, key) => each - (heavy[key] ?? 0));
  return [
    { ...cohort, count, heavy },
    { ...cohort, count: cohort.count - count, heavy: left },
  ];
}

/** Cohorts in the order of their arrival, taken from the front. */
export class CohortQueue {
  #cohorts: Cohort[] = [];
  #head = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get first(): Cohort | undefined {
    return this.#cohorts[this.#head];
  }

  push(cohort: Cohort): void {
    this.#cohorts.push(cohort);
    this.#count += cohort.count;
  }

  /** Takes up to `most` records for which `fits` leaves room. @returns what was taken, in order */
  take(most: number, fits: (cohort: Cohort) => number): Cohort[] {
    const taken: Cohort[] = [];
    let left = most;
    for (let next = this.first; next && left > 0; next = this.first) {
      const count = Math.min(left, next.count, fits(next));
      if (count <= 0) break;
      const [part, rest] = splitCohort(next, count);
      taken.push(part);
      left -= count;
      this.#count -= count;
      if (rest) {
        this.#cohorts[this.#head] = rest;
        break;
      }
      this.#advance();
    }
    return taken;
  }

  #advance(): void {
    this.#head++;
    if (this.#head < 1024 || this.#head * 2 < this.#cohorts.length) return;
    this.#cohorts = this.#cohorts.slice(this.#head);
    this.#head = 0;
  }
}
