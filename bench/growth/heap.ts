import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | undefined;

/** Bytes that are reachable. */
export function heapBytes(): number {
  collector ??= openCollector();
  collector();
  collector(); // what finalizers let go
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** V8's own, which a process has only when it asks for it. */
function openCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
