import type { EventValue } from '../event-value.ts';

/** Called with each target found. */
export type Found<Target> = (target: Target) => void;

/** Which targets a value of an event leads to, over all matchers of one kind. A matcher is known by its key. */
export interface ValueLookup<Key, Target> extends Finder<Target> {
  add(key: Key, target: Target): void;
  /** Harmless when it is not there. */
  remove(key: Key, target: Target): void;
}

export interface Finder<Target> {
  /** Whether no value leads anywhere. */
  readonly isEmpty: boolean;
  /** May call `found` more than once with the same target. */
  find(value: EventValue, found: Found<Target>): void;
}
