import { type CloudEvent, type FoldItem, fold } from '../core/index.ts';
import { recordsByKey } from '../core/processing/records-by-key.ts';
import { recordDecoder } from '../lambdas/runtime/decode-records.ts';
import type { Batch } from './processor/event-batches.ts';
import { judge, limits, processor } from './processor/millrace.ts';

const decode = recordDecoder(judge);
const NO_FACTS: readonly CloudEvent[] = [];

type State = ReturnType<typeof processor.initialState>;

/** Decodes, judges and folds batches into items that are kept in memory. @returns how many records were dealt with */
export function purePipeline(batches: readonly Batch[]): number {
  const items = new Map<string, FoldItem<State>>();
  let count = 0;
  for (const batch of batches) {
    const { events } = decode(batch);
    for (const [key, ofKey] of recordsByKey(processor, events)) {
      const { steps } = fold(processor, { key, stored: items.get(key), records: ofKey }, limits);
      for (const { write, fates } of steps) {
        items.set(key, withoutFacts(write.item));
        count += fates.length;
      }
    }
  }
  return count;
}

/** As a table would give it back: its facts are on their way, and nobody reads them here again. */
function withoutFacts(item: { outbox: readonly CloudEvent[] } & FoldItem<State>): FoldItem<State> {
  item.outbox = NO_FACTS;
  return item;
}
