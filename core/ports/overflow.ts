import type { CloudEvent } from '../events/cloud-event.ts';

/** Where accepted events wait when the log does not take them. */
export interface Overflow {
  /** Keeps events for later; answers for each, in order, whether it is kept. */
  keep(events: readonly CloudEvent[]): Promise<readonly boolean[]>;
}
