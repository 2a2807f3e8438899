import { domainOf, type FoldItem, type FoldRecord, fold, foldLimits, foldProcessor } from '../core/index.ts';
import { recordsByKey } from '../core/processing/records-by-key.ts';
import type { BehaviourEvent } from '../domains/behaviour/events/behaviour-event.ts';
import { sessionProfile } from '../domains/behaviour/processors/session-profile-processor.ts';
import { recordDecoder } from '../lambdas/runtime/decode-records.ts';
import { eventReader } from '../lambdas/runtime/event-reader.ts';
import type { Batch } from './processor/event-batches.ts';
import { SESSION_GAP_MINUTES } from './processor/processor.ts';

const decode = recordDecoder({ ...eventReader(sessionProfile.accepts), domain: domainOf(sessionProfile) });
const processor = foldProcessor(sessionProfile, { sessionGapMinutes: SESSION_GAP_MINUTES });
const limits = foldLimits(sessionProfile);

type State = ReturnType<typeof sessionProfile.initialState>;

function isAccepted(record: FoldRecord): record is FoldRecord<BehaviourEvent> {
  return processor.accepts(record.event);
}

/** Decodes, judges and folds batches into items that are kept in memory. @returns how many records were dealt with */
export function purePipeline(batches: readonly Batch[]): number {
  const items = new Map<string, FoldItem<State>>();
  let count = 0;
  for (const batch of batches) {
    const { events } = decode(batch);
    const accepted = events.filter(isAccepted);
    for (const [key, ofKey] of recordsByKey(processor, accepted)) {
      const { steps } = fold(processor, { key, stored: items.get(key), records: ofKey }, limits);
      for (const { write, fates } of steps) {
        items.set(key, { ...write.item, outbox: [] }); // its facts are on their way: nobody reads them here again
        count += fates.length;
      }
    }
  }
  return count;
}
