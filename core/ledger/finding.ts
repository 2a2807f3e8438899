import type { Slot } from './ledger-book.ts';

/**
 * What a difference between two hops comes from.
 *
 * | status      | is it explained? | what happened                                                                       |
 * | ----------- | ---------------- | ----------------------------------------------------------------------------------- |
 * | `uncounted` | yes              | it was done, and the hop ended before it could write its entry                      |
 * | `foreign`   | yes              | somebody else put it on the bus; no publisher of ours counted it                    |
 * | `waiting`   | until it is old  | it is in the stream, behind what its processor has done                             |
 * | `lost`      | no               | the hop before counted it, and nothing shows that it ever arrived                   |
 * | `doubled`   | no               | it took effect more often than it came                                              |
 */
export type FindingStatus = 'uncounted' | 'foreign' | 'waiting' | 'lost' | 'doubled';

export interface Finding extends Slot {
  readonly status: FindingStatus;
  readonly explained: boolean;
  /** The hop that counted too few, or too many. */
  readonly hop: string;
  /** How many events it is about; one when `id` is there. */
  readonly count: number;
  /** As a ULID. */
  readonly id?: string;
  readonly key?: string;
  readonly sequence?: string;
  /** Where the event was seen last. */
  readonly lastSeen: string;
}
