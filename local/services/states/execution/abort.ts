import type { Clock } from '../../../time/clock.ts';
import { BranchAborted } from './state-failure.ts';

/** Answers what `work` answers, unless the signal fires first. @throws BranchAborted */
export function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortion(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const settled = () => signal.removeEventListener('abort', abort);
    work.then(
      result => {
        settled();
        resolve(result);
      },
      error => {
        settled();
        reject(error);
      },
    );
  });
}

/** Waits on the clock, unless the signal fires first; no timer is left behind. @throws BranchAborted */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortion(signal));
    const abort = () => {
      cancel();
      reject(abortion(signal));
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
    return undefined;
  });
}

/** @throws BranchAborted when the signal has fired */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortion(signal);
}

function abortion(signal: AbortSignal): BranchAborted {
  return new BranchAborted('The branch was ended', { cause: signal.reason });
}
