/**
 * Parking for processors that keep no state: a key has an item only once it was parked, the item of a fold that never applies
 * anything. So lanes, fences, copies in a lane and damage are what they are for folds, and so are those who drain lanes.
 */

import { isRetryable, messageOf, TerminalError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldStore } from '../ports/fold-store.ts';
import type { FoldRecord } from './fold-item.ts';
import { type BatchDependencies, type KeyFailure, processBatch } from './process-batch.ts';

/** The state of a key that keeps none. */
export type Gate = Readonly<Record<string, never>>;

export const NO_STATE: Gate = {};

/** The keys whose events go to their lanes, with the reason: parked ones, and those whose item is damaged. */
export async function closedKeys(
  gates: FoldStore<Gate>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const closed = new Map<string, string>();
  try {
    for (const [key, { parked }] of await gates.read(keys)) if (parked) closed.set(key, parked.reason);
  } catch (error) {
    const [only, ...more] = keys;
    if (only === undefined || isRetryable(error)) throw error;
    if (more.length === 0) return new Map([[only, messageOf(error)]]);
    for (const key of keys) for (const [each, reason] of await closedKeys(gates, [key])) closed.set(each, reason);
  }
  return closed;
}

export interface ParkingRecords<Incoming extends CloudEvent> extends Omit<BatchDependencies<Gate>, 'store'> {
  readonly name: string;
  readonly gates: FoldStore<Gate>;
  readonly key: (event: Incoming) => string;
  /** Why the events of a key cannot take effect. */
  readonly reasonOf: (key: string) => string;
}

/** Sends records to the lanes of their keys. @returns the keys for which that failed */
export function parkRecords<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  { name, gates, key, reasonOf, ...rest }: ParkingRecords<Incoming>,
): Promise<readonly KeyFailure[]> {
  const parking = {
    name,
    key,
    accepts: (event: CloudEvent): event is Incoming => event !== undefined,
    initialState: () => NO_STATE,
    evolve: (_state: Gate, event: Incoming): never => {
      throw new TerminalError(reasonOf(key(event)));
    },
  };
  return processBatch(parking, records, { ...rest, store: gates });
}
