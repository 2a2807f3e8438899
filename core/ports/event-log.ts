import type { CloudEvent } from '../events/cloud-event.ts';

/** The fate of one event that was handed to the log. */
export type AppendOutcome =
  /** In the log; `shard` is the part of it that the event is in, where the log says so. */
  | { readonly status: 'appended'; readonly shard?: string }
  /** Not in the log after every try; `code` is the service's word for the reason. */
  | { readonly status: 'failed'; readonly code: string };

/** The ordered log that every processor reads. Order holds among events of one partition key. */
export interface EventLog {
  /**
   * Appends events; outcomes come in the order of the events. Events of one key keep their order as far as the service lets
   * them: once one is given up, the later ones that are not in yet fail with it. Never throws for what may be answered per
   * event.
   */
  append(events: readonly CloudEvent[]): Promise<readonly AppendOutcome[]>;
}
