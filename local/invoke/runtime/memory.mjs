import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of the function's memory size. */
const CROWDED_SHARE = 0.6;
const BYTES_PER_MB = 2 ** 20;

let collect;

export function usedHeapBytes() {
  return getHeapStatistics().used_heap_size;
}

/** V8 sees a larger limit than the function's memory size (see the host), so it has to be told when to clean up. */
export function collectGarbage() {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc');
  }
  collect();
}

export function collectWhenCrowded(memorySizeMb) {
  if (usedHeapBytes() > memorySizeMb * BYTES_PER_MB * CROWDED_SHARE) collectGarbage();
}
