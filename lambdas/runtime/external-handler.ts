import {
  type CloudEvent,
  type ExternalCall,
  type ExternalDefinition,
  externalBatch,
  externalProcessor,
} from '../../core/index.ts';
import { dynamodbLeases } from '../adapters/idempotency-dynamodb.ts';
import { gatesOf, hasTime, idempotencyOptions, ports } from './idempotent-run.ts';
import { once } from './once.ts';
import { settingsOf, streamHandler } from './stream-handler.ts';

/**
 * The handler of a processor whose effect is a call to the outside. What is made from the environment (IDEMPOTENCY_TABLE,
 * STATE_TABLE, PARKED_TABLE, OUTBOX_TABLE and the settings) is made at the first event.
 */
export function externalHandler<Incoming extends CloudEvent, Setting extends string, Answer>(
  definition: ExternalDefinition<Incoming, Setting, Answer>,
  call: ExternalCall<Incoming, Setting, Answer>,
) {
  const processor = once(() => externalProcessor(definition, call, settingsOf(definition)));
  const store = once(() => dynamodbLeases(idempotencyOptions()));
  const gates = once(() => gatesOf(definition.name));
  return streamHandler(definition, (records, reporting) =>
    externalBatch(processor(), records, { store: store(), gates: gates(), hasTime, ...ports, ...reporting }),
  );
}
