import {
  type CloudEvent,
  type FoldDefinition,
  type FoldStore,
  foldLimits,
  foldProcessor,
  processBatch,
} from '../../core/index.ts';
import { batchGetItems } from '../adapters/batch-get-items.ts';
import { foldItemLayout } from '../adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import type { LaneTable } from '../adapters/lanes-dynamodb.ts';
import { answerFoldRequest } from './answer-fold-request.ts';
import { dynamodbClient } from './clients.ts';
import { textVariable } from './environment.ts';
import { inTime, type TimedContext } from './in-time.ts';
import { once } from './once.ts';
import { type AnswerRequest, settingsOf, streamHandler } from './stream-handler.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';
import { isVerifyRequest, type VerifyRequest, verifyState } from './verify-state.ts';

/**
 * The handler of a fold: of the stream's batches, and of what an operator asks about its parked keys or its states. What is
 * made from the environment (STATE_TABLE, PARKED_TABLE, QUARANTINE_BUCKET and the settings) is made at the first event.
 */
export function foldHandler<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
) {
  const limits = foldLimits(definition);
  const processor = once(() => foldProcessor(definition, settingsOf(definition)));
  const store = once(() => storeOf(definition));
  const answer: AnswerRequest = (request, reporting) =>
    answerFoldRequest(request, {
      processor: processor(),
      table: lanesOf(definition.name),
      fold: { store: store(), limits, ...reporting },
    });
  const fold = streamHandler(
    definition,
    (records, reporting) => processBatch(processor(), records, { store: store(), limits, ...reporting }),
    answer,
  );
  const verify = inTime((request: VerifyRequest) =>
    verifyState(request, {
      definition,
      processor: processor(),
      store: store(),
      readRaw: rawReader(definition),
      limits,
    }),
  );
  const handler = (event: object, context?: TimedContext) =>
    isVerifyRequest(event) ? verify(event, context) : fold(event as Parameters<typeof fold>[0], context);
  return handler as typeof verify & typeof fold; // each event gets the answer that is for it
}

/** Reads what is stored under a key, damaged or not. */
function rawReader<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
) {
  const { keyAttribute } = foldItemLayout(definition);
  const client = dynamodbClient();
  const table = { client, tableName: textVariable('STATE_TABLE'), clock: systemClock, ids: systemIds };
  return async (key: string) => (await batchGetItems(table, [{ [keyAttribute]: { S: key } }]))[0];
}

function lanesOf(processor: string): LaneTable {
  return { client: dynamodbClient(), tableName: textVariable('PARKED_TABLE'), processor };
}

function storeOf<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
): FoldStore<State> {
  return dynamodbFoldStore({
    client: dynamodbClient(),
    tableName: textVariable('STATE_TABLE'),
    layout: foldItemLayout(definition),
    lanes: lanesOf(definition.name),
    clock: systemClock,
    ids: systemIds,
  });
}
