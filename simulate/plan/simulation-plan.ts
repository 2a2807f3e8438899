/**
 * Everything that one simulated run does and suffers, as plain data: the same plan gives the same run, and a smaller plan
 * is what shrinking looks for.
 */
import type { CloudEvent } from '../../core/index.ts';
import type { FaultPlan } from '../../local/faults/fault-plan.ts';

export type FaultRule = FaultPlan['rules'][number];

/** An event as a producer sends it, and whether its contract is kept. */
export interface SentEvent {
  readonly event: unknown;
  readonly valid: boolean;
}

/** What happens at a moment of the run, `atMs` after its begin. Steps of one producer wait for each other. */
export type Step = { readonly atMs: number } & (
  | {
      /** `POST /events`; what is not answered for good is sent again, with the same ids. */
      readonly kind: 'events';
      readonly producer: string;
      readonly onInvalid: 'refuse' | 'quarantine';
      readonly events: readonly SentEvent[];
    }
  | {
      /** `POST /trips`; sent again until it is answered for good. */
      readonly kind: 'booking';
      readonly producer: string;
      readonly booking: Booking;
    }
  /** Straight into the stream, past the collector: something that is no event of ours, or an event that nobody took in. */
  | { readonly kind: 'poison-record'; readonly partitionKey: string; readonly text: string }
  | { readonly kind: 'direct-event'; readonly event: CloudEvent }
  /** The stream's `shard`-th open shard is cut in two, or joined with its neighbour. */
  | { readonly kind: 'split-shard' | 'merge-shards'; readonly shard: number }
  /** The functions' clocks jump. */
  | { readonly kind: 'jump'; readonly byMs: number }
  /** Lambda ends every idle environment. */
  | { readonly kind: 'recycle' }
);

export interface Booking {
  readonly tripId: string;
  readonly traveller: string;
  readonly flight?: { readonly flightNumber: string; readonly seats: number };
  readonly hotel?: { readonly hotelId: string; readonly nights: number; readonly rooms: number };
  readonly price: { readonly amountMinor: number; readonly currency: string };
  readonly paymentToken: string;
}

export interface SimulationPlan {
  /** Of the cloud's ids, the functions' randomness and the way that calls take. */
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly rules: readonly FaultRule[];
}

/** The moment at which every run begins. */
export const START_MS = Date.UTC(2026, 0, 5, 8);
