import type { CloudEvent } from '../events/cloud-event.ts';
import type { IdPage } from './id-page.ts';
import type { Imprints } from './imprint.ts';
import type { RecentIds } from './recent-ids.ts';
import type { Sighting } from './sighting.ts';

/** Why and since when the events of a key go to its lane. */
export interface Parking {
  /** Sequence number of the record that could not be applied. */
  readonly since: string;
  /** Sequence number of the last record that is in the lane: the lane's own fence. */
  readonly through: string;
  readonly reason: string;
  /** Of the last events in the lane, so that a copy of one is not counted again. */
  readonly imprints: Imprints;
}

/** What happened to the records of a key so far; counted in the same write as the effect. */
export interface FoldCounts {
  readonly applied: number;
  readonly duplicate: number;
  readonly parked: number;
  /** Refused for a content that is not the one first seen under its id. */
  readonly quarantined: number;
}

/** The stored item of one key: state, fence and outbox, always written together. */
export interface FoldItem<State> {
  readonly key: string;
  readonly state: State;
  /** Sequence number of the last record that was applied or known as a duplicate; absent before the first. */
  readonly lastSequence?: string;
  /** Counts the writes of the item; every write is conditional on the revision that was read. */
  readonly revision: number;
  readonly recentIds: RecentIds;
  /** Facts that this very write emitted. */
  readonly outbox: readonly CloudEvent[];
  readonly counts: FoldCounts;
  /** Present while the key is parked. */
  readonly parked?: Parking;
}

/** One record of the log, as the fold sees it. */
export interface FoldRecord<Incoming extends CloudEvent = CloudEvent> {
  readonly sequence: string;
  /** When the log took it, epoch ms. */
  readonly arrivedAtMs: number;
  readonly event: Incoming;
  /** The shard that it came from, as the ledger names it. */
  readonly shard?: string | undefined;
  /** What is remembered of the event, where that is known already: who reads an event from its bytes gets it cheaply. */
  readonly sighting?: Sighting | undefined;
}

/** One conditional write: the next item, what it expects to find, and the records that go to the key's lane with it. */
export interface FoldWrite<State> {
  readonly item: FoldItem<State>;
  /** The item that was read; absent when there was none. */
  readonly expected?: { readonly revision: number; readonly lastSequence?: string };
  readonly lane: readonly FoldRecord[];
  /** Records that leave the key's lane with it. @default none */
  readonly drained?: readonly FoldRecord[];
  /** Pages of the key's memory that must be there before the item is. @default none */
  readonly pages?: readonly IdPage[];
}

/**
 * The fate of one record. `redelivered`: the same acceptance of the event was dealt with before, and counted then.
 * `duplicate`: the event was accepted more than once, and this is not the first. `quarantined`: refused, and kept aside.
 */
export type RecordOutcome = 'applied' | 'duplicate' | 'redelivered' | 'parked' | 'quarantined';
