import {
  type CloudEvent,
  type ExternalCall,
  type ExternalDefinition,
  externalBatch,
  externalProcessor,
} from '../../core/index.ts';
import { dynamodbLeases } from '../adapters/idempotency-dynamodb.ts';
import { answerGatedRequest } from './answer-gated-request.ts';
import { gatesOf, hasTime, idempotencyOptions } from './idempotent-run.ts';
import { once } from './once.ts';
import { ports } from './ports.ts';
import { type AnswerRequest, settingsOf, streamHandler } from './stream-handler.ts';

/**
 * The handler of a processor whose effect is a call to the outside: of the stream's batches, and of what it is asked about its
 * lanes and records. What is made from the environment (IDEMPOTENCY_TABLE,
 * STATE_TABLE, PARKED_TABLE, OUTBOX_TABLE and the settings) is made at the first event.
 */
export function externalHandler<Incoming extends CloudEvent, Setting extends string, Answer>(
  definition: ExternalDefinition<Incoming, Setting, Answer>,
  call: ExternalCall<Incoming, Setting, Answer>,
) {
  const processor = once(() => externalProcessor(definition, call, settingsOf(definition)));
  const store = once(() => dynamodbLeases(idempotencyOptions()));
  const gates = once(() => gatesOf(definition.name));
  const run = () => ({ store: store(), gates: gates(), ...ports });
  const answer: AnswerRequest = (request, reporting) =>
    answerGatedRequest(request, {
      definition,
      processor: processor(),
      rows: store(),
      gates: gates(),
      attempt: (records, { key, hasTime: hasMore, quarantine, onWritten }) =>
        externalBatch({ ...processor(), key: () => key }, records, {
          ...run(),
          hasTime: callMs => hasMore() && hasTime(callMs),
          quarantine,
          onWritten,
          fromLane: true,
        }),
      ...reporting,
    });
  return streamHandler(
    definition,
    (records, reporting) => externalBatch(processor(), records, { ...run(), hasTime, ...reporting }),
    answer,
  );
}
