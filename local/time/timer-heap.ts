/**
 * Timers in the order in which they fall due: by time, then by insertion, so that two timers of the same instant
 * always run in the order in which they were set.
 */
export interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class TimerHeap {
  readonly #timers: Timer[] = [];
  #inserted = 0;

  add(atMs: number, run: () => void): Timer {
    const timer: Timer = { atMs, order: this.#inserted++, run, cancelled: false };
    this.#timers.push(timer);
    this.#siftUp(this.#timers.length - 1);
    return timer;
  }

  /** The next live timer, left in place; cancelled ones are dropped on the way. */
  peek(): Timer | undefined {
    let top = this.#timers[0];
    while (top?.cancelled) {
      this.#removeTop();
      top = this.#timers[0];
    }
    return top;
  }

  pop(): Timer | undefined {
    const top = this.peek();
    if (top) this.#removeTop();
    return top;
  }

  #removeTop(): void {
    const last = this.#timers.pop();
    if (last && this.#timers.length > 0) {
      this.#timers[0] = last;
      this.#siftDown(0);
    }
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#timers.length) return;
      const child = left + 1 < this.#timers.length && this.#isLater(left, left + 1) ? left + 1 : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #isLater(a: number, b: number): boolean {
    const first = this.#timers[a] as Timer; // both indices are inside the heap
    const second = this.#timers[b] as Timer;
    return first.atMs > second.atMs || (first.atMs === second.atMs && first.order > second.order);
  }

  #swapIfLater(upper: number, lower: number): boolean {
    if (!this.#isLater(upper, lower)) return false;
    const timer = this.#timers[upper] as Timer;
    this.#timers[upper] = this.#timers[lower] as Timer;
    this.#timers[lower] = timer;
    return true;
  }
}
