import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';

/** Time and randomness of a function. */
export const ports = { clock: systemClock, ids: systemIds } as const;
