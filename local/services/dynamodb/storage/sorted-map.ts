/** Bounds of a walk: `from` is in it, `to` is not. @default open */
export interface Bounds {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface Chunk<Value> {
  readonly keys: string[];
  readonly values: Value[];
}

const LARGEST_CHUNK = 512;

/**
 * A map in ascending order of its keys (by code unit): a list of sorted chunks, so that an insertion moves at most one
 * chunk's worth of entries. Must not be changed during a walk.
 *
 * Invariants:
 * 1. No chunk is empty, and none holds more than `LARGEST_CHUNK` entries.
 * 2. Every key of a chunk is less than every key of the next.
 */
export class SortedMap<Value> {
  readonly #chunks: Chunk<Value>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): Value | undefined {
    const chunk = this.#chunks[this.#chunkFor(key)];
    if (!chunk) return undefined;
    const index = lowerBound(chunk.keys, key);
    return chunk.keys[index] === key ? chunk.values[index] : undefined;
  }

  set(key: string, value: Value): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at];
    if (!chunk) {
      this.#chunks.push({ keys: [key], values: [value] });
      this.#size++;
      return;
    }
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] === key) {
      chunk.values[index] = value;
      return;
    }
    insertAt(chunk.keys, index, key);
    insertAt(chunk.values, index, value);
    this.#size++;
    if (chunk.keys.length > LARGEST_CHUNK) this.#split(at, chunk, index);
  }

  delete(key: string): boolean {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at];
    if (!chunk) return false;
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] !== key) return false;
    chunk.keys.splice(index, 1);
    chunk.values.splice(index, 1);
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1);
    this.#size--;
    return true;
  }

  /** The entry with the least key. */
  first(): readonly [string, Value] | undefined {
    for (const entry of this.ascending()) return entry;
    return undefined;
  }

  *ascending(bounds: Bounds = {}): Generator<readonly [string, Value]> {
    const { from = '', to } = bounds;
    for (let at = Math.max(0, this.#chunkFor(from)); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] as Chunk<Value>; // at is inside the list
      for (let index = lowerBound(chunk.keys, from); index < chunk.keys.length; index++) {
        const key = chunk.keys[index] as string; // index is inside the chunk
        if (to !== undefined && key >= to) return;
        yield [key, chunk.values[index] as Value];
      }
    }
  }

  *descending(bounds: Bounds = {}): Generator<readonly [string, Value]> {
    const { from = '', to } = bounds;
    for (let at = to === undefined ? this.#chunks.length - 1 : this.#chunkFor(to); at >= 0; at--) {
      const chunk = this.#chunks[at] as Chunk<Value> | undefined;
      if (!chunk) return;
      const end = to === undefined ? chunk.keys.length : lowerBound(chunk.keys, to);
      for (let index = end - 1; index >= 0; index--) {
        const key = chunk.keys[index] as string; // index is inside the chunk
        if (key < from) return;
        yield [key, chunk.values[index] as Value];
      }
    }
  }

  /** The last chunk that begins at or before the key, or the first. */
  #chunkFor(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.keys[0] as string) <= key)
        low = middle; // invariant 1
      else high = middle - 1;
    }
    return low;
  }

  /** Appending in order leaves full chunks behind; anything else splits in the middle. */
  #split(at: number, chunk: Chunk<Value>, inserted: number): void {
    const isAppend = at === this.#chunks.length - 1 && inserted === chunk.keys.length - 1;
    const cut = isAppend ? chunk.keys.length - 1 : chunk.keys.length >> 1;
    this.#chunks.splice(at + 1, 0, { keys: chunk.keys.splice(cut), values: chunk.values.splice(cut) });
  }
}

/** The first index whose key is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key)
      low = middle + 1; // middle is inside the array
    else high = middle;
  }
  return low;
}

function insertAt<T>(array: T[], index: number, element: T): void {
  if (index === array.length) array.push(element);
  else array.splice(index, 0, element);
}
