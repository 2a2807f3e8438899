/** What the handler of the session profiles does with a batch (`foldHandler`), without its log and metrics. */
import { domainOf, foldLimits, foldProcessor, processBatch } from '../../core/index.ts';
import { sessionProfile } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { foldItemLayout } from '../../lambdas/adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../../lambdas/adapters/fold-store-dynamodb.ts';
import { recordDecoder } from '../../lambdas/runtime/decode-records.ts';
import { eventReader } from '../../lambdas/runtime/event-reader.ts';
import { systemClock } from '../../lambdas/runtime/system-clock.ts';
import { systemIds } from '../../lambdas/runtime/system-ids.ts';
import { type Processor, SESSION_GAP_MINUTES } from './processor.ts';

export const layout = foldItemLayout(sessionProfile);
export const processor = foldProcessor(sessionProfile, { sessionGapMinutes: SESSION_GAP_MINUTES });
export const limits = foldLimits(sessionProfile);
export const judge = {
  ...eventReader(sessionProfile.accepts),
  domain: domainOf(sessionProfile),
  accepts: processor.accepts,
};

/** Exactly once: fenced by sequence, events remembered against being sent again, one write per key and batch. */
export const millrace: Processor = {
  name: 'fold',
  open(client, tables) {
    const store = dynamodbFoldStore<ReturnType<typeof sessionProfile.initialState>>({
      client,
      tableName: tables.state,
      layout,
      clock: systemClock,
      ids: systemIds,
    });
    const decode = recordDecoder(judge);
    return async batch => {
      const { events } = decode(batch);
      const quarantine = async () => true;
      const failures = await processBatch(processor, events, { store, limits, quarantine });
      if (failures.length > 0) throw new Error(`Cannot count the round: ${JSON.stringify(failures[0])}`);
    };
  },
};
