import type { CloudEvent } from '../events/cloud-event.ts';

/** A fact on its way to the bus. */
export interface OutgoingFact {
  readonly event: CloudEvent;
  /** When it was written, epoch ms: the bus carries it as the time of the entry, the same whenever it is sent again. */
  readonly writtenAtMs?: number | undefined;
}

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
   * subject are not sent. Outcomes come in the order of the facts.
   */
  publish(facts: readonly OutgoingFact[]): Promise<readonly PublishOutcome[]>;
}
