/**
 * What was added to samples, in small notes: a minute's samples can be large, and change with every value.
 *
 * 1. A note holds what came into one bucket within one turn of the event loop; the numbers of notes grow.
 * 2. Samples that are read as a whole include every note up to a number, and none after it.
 */
import type { SampleTaker, Summary } from './samples.ts';

/** A value that came once, a value and how often it came, or a summary (count, sum, minimum, maximum). */
export type Addition =
  | number
  | readonly [value: number, count: number]
  | readonly [count: number, sum: number, minimum: number, maximum: number];

export class SampleNotes {
  /** Notes that may still grow, by bucket. */
  readonly #open = new Map<string, { readonly number: number; readonly additions: Addition[] }>();
  readonly #unread = new Map<number, { readonly bucket: string; readonly additions: readonly Addition[] }>();
  #lastNumber = 0;

  /** @returns the number of the note that now holds what `add` adds */
  note(bucket: string, add: (taker: SampleTaker) => void): number {
    let open = this.#open.get(bucket);
    if (!open) {
      open = { number: ++this.#lastNumber, additions: [] };
      this.#open.set(bucket, open);
      this.#unread.set(open.number, { bucket, additions: open.additions });
    }
    const { additions } = open;
    add({
      add: (value, count = 1) => additions.push(count === 1 ? value : [value, count]),
      addSummary: ({ count, sum, minimum, maximum }) => additions.push([count, sum, minimum, maximum]),
    });
    return open.number;
  }

  /** Gives a note away: it does not grow any more, and is not kept. */
  take(number: number): readonly Addition[] | undefined {
    const unread = this.#unread.get(number);
    if (!unread) return undefined;
    this.#unread.delete(number);
    if (this.#open.get(unread.bucket)?.number === number) this.#open.delete(unread.bucket);
    return unread.additions;
  }

  /** Has what comes into the bucket from now on be a new note. @returns the number of the last one there is */
  seal(bucket: string): number {
    this.#open.delete(bucket);
    return this.#lastNumber;
  }

  /** Has new notes be numbered after this one. */
  startAfter(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }
}

export function replay(additions: readonly Addition[], samples: SampleTaker): void {
  for (const addition of additions) {
    if (typeof addition === 'number') samples.add(addition);
    else if (addition.length === 2) samples.add(addition[0], addition[1]);
    else samples.addSummary(summaryOf(addition));
  }
}

function summaryOf([count, sum, minimum, maximum]: readonly [number, number, number, number]): Summary {
  return { count, sum, minimum, maximum };
}
