import type { CloudEvent } from '../events/cloud-event.ts';
import type { DeliveryRow, IdempotencyRow } from '../processing/idempotency-row.ts';

/** Facts of one key that leave together, in order, once what wrote them is done. */
export interface OutboxEntry {
  readonly key: string;
  /** Of the record that caused the first of them: entries of a key leave in the order of these. */
  readonly sequence: string;
  readonly facts: readonly CloudEvent[];
  /** From then on nobody needs it, epoch ms. */
  readonly expiresAtMs: number;
}

/** Where events are remembered by their ids. */
export interface IdempotencyStore {
  /** The rows of some ids, strongly consistent; ids without a row are absent. @throws ThrottledError */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, IdempotencyRow>>;
  /** Adds rows. @returns for each whether it was not there yet @throws ThrottledError */
  note(rows: readonly IdempotencyRow[]): Promise<readonly boolean[]>;
}

/** A row that nobody holds any more, or why it cannot be had. */
export type ClaimOutcome = { readonly status: 'claimed' } | { readonly status: 'known'; readonly row: IdempotencyRow };

/**
 * How a claim ends. `released`: the call was refused for now, and anybody may try again at once. `parked`: it never will succeed as
 * things are, and nobody may try again but who drains the lane of its key.
 */
export type Settlement = { readonly row: DeliveryRow } & (
  | { readonly status: 'completed'; readonly answer?: unknown; readonly outbox?: OutboxEntry }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'parked'; readonly reason: string }
  | { readonly status: 'released' }
);

/** Rows under a lease: who has claimed one may act on it, until the lease runs out or the claim is settled. */
export interface LeaseStore extends IdempotencyStore {
  /** Claims rows that are not there, or whose lease ran out; drainers also those that are parked. @throws ThrottledError */
  claim(rows: readonly (DeliveryRow & { readonly leaseUntilMs: number })[]): Promise<readonly ClaimOutcome[]>;
  /** Settles claims. @returns for each whether its row was still held by its writer @throws ThrottledError, TerminalError */
  settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;
}
