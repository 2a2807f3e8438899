import {
  type CloudEvent,
  type FoldDefinition,
  type FoldStore,
  foldLimits,
  foldProcessor,
  processBatch,
} from '../../core/index.ts';
import { foldItemLayout } from '../adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import { dynamodbClient } from './clients.ts';
import { textVariable } from './environment.ts';
import { once } from './once.ts';
import { settingsOf, streamHandler } from './stream-handler.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';

/**
 * The handler of a fold. What is made from the environment (STATE_TABLE, PARKED_TABLE, QUARANTINE_BUCKET and the settings)
 * is made at the first event.
 */
export function foldHandler<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
) {
  const limits = foldLimits(definition);
  const processor = once(() => foldProcessor(definition, settingsOf(definition)));
  const store = once(() => storeOf(definition));
  return streamHandler(definition, (records, reporting) =>
    processBatch(processor(), records, { store: store(), limits, ...reporting }),
  );
}

function storeOf<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
): FoldStore<State> {
  return dynamodbFoldStore({
    client: dynamodbClient(),
    tableName: textVariable('STATE_TABLE'),
    layout: foldItemLayout(definition),
    lanes: { tableName: textVariable('PARKED_TABLE'), processor: definition.name },
    clock: systemClock,
    ids: systemIds,
  });
}
