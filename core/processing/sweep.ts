import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldItem, FoldWrite } from './fold-item.ts';
import type { Evolved } from './fold-processor.ts';

/**
 * A change of a fold's state that no event caused but the passing of time: the write keeps the fence and the memory of
 * the item, and is conditional on it like every other write.
 */
export function sweepWrite<State>(item: FoldItem<State>, evolved: Evolved<State>): FoldWrite<State> {
  const { revision, lastSequence } = item;
  const outbox: readonly CloudEvent[] = evolved.emitted;
  return {
    item: { ...item, state: evolved.state, revision: revision + 1, outbox },
    expected: lastSequence === undefined ? { revision } : { revision, lastSequence },
    lane: [],
  };
}
