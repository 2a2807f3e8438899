import type { CloudEvent } from '../events/cloud-event.ts';

/** The fate of one fact on its way to the bus. */
export type PublishOutcome =
  | { readonly status: 'published'; readonly claimChecked: boolean }
  /** Not on the bus; trying again may help. */
  | { readonly status: 'failed'; readonly code: string }
  /** The bus will never take it: keep it aside, its subject's later facts went on without it. */
  | { readonly status: 'refused'; readonly code: string };

/** The bus that facts go to. */
export interface Publisher {
  /**
   * Publishes facts, keeping the order of those that share a subject: once one of them fails, the later ones of its
   * subject are not sent. Outcomes come in the order of the events.
   */
  publish(events: readonly CloudEvent[]): Promise<readonly PublishOutcome[]>;
}
