import type { Clock } from '../../core/index.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: delayMs => new Promise(resolve => setTimeout(resolve, delayMs)),
};
