import type { CloudEvent } from '../events/cloud-event.ts';

/** What one event did: the next state, and the facts that follow from it. */
export interface Evolved<State> {
  readonly state: State;
  /** Facts to publish, in order; their ids must be derived from the event's, so that a replay repeats them. */
  readonly emitted: readonly CloudEvent[];
}

/** A processor with the `fold` guarantee: state per key, every event applied exactly once, in order. */
export interface FoldProcessor<State, Incoming extends CloudEvent = CloudEvent> {
  /** Names its lanes, metrics and quarantine records. */
  readonly name: string;
  /** Which events it folds; others pass by. */
  readonly accepts: (event: CloudEvent) => event is Incoming;
  /** Ordering key of an event. */
  readonly key: (event: Incoming) => string;
  readonly initialState: (key: string) => State;
  /** Pure. Whatever it throws is terminal for the key: the same event would throw again. */
  readonly evolve: (state: State, event: Incoming) => Evolved<State>;
  /** Top-level attributes of the stored item, for indexes. @default none */
  readonly attributes?: (state: State) => Readonly<Record<string, string | number>>;
}
