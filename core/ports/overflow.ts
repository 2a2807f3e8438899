import type { CloudEvent } from '../events/cloud-event.ts';

/** Where accepted events wait when the log does not take them. */
export interface Overflow {
  /**
   * Keeps events for later, those of one key in their order; answers for each, in order, whether it is kept. Once an event
   * is not kept, the later ones of its key are not kept either.
   */
  keep(events: readonly CloudEvent[]): Promise<readonly boolean[]>;
}
