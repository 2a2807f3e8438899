import { type Ids, newUlid } from '../../core/index.ts';

/** Identities from the machine's clock and randomness; names, not secrets. */
export const systemIds: Ids = {
  ulid: () => newUlid(Date.now(), Math.random),
  random: Math.random,
};
