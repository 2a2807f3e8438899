import {
  type CloudEvent,
  type TransactDefinition,
  type TransactionStore,
  tableVariable,
  transactBatch,
  transactProcessor,
} from '../../core/index.ts';
import { dynamodbTransactions } from '../adapters/idempotency-transactions-dynamodb.ts';
import { answerGatedRequest } from './answer-gated-request.ts';
import { textVariable } from './environment.ts';
import { gatesOf, hasTime, idempotencyOptions } from './idempotent-run.ts';
import { once } from './once.ts';
import { ports } from './ports.ts';
import { type AnswerRequest, settingsOf, streamHandler } from './stream-handler.ts';

/**
 * The handler of a processor whose effects are transactions: of the stream's batches, and of what it is asked about its lanes and
 * records. What is made from the environment (IDEMPOTENCY_TABLE,
 * STATE_TABLE, PARKED_TABLE, OUTBOX_TABLE, a TABLE_… for each of its tables, and the settings) is made at the first event.
 */
export function transactHandler<Incoming extends CloudEvent, Setting extends string, Table extends string>(
  definition: TransactDefinition<Incoming, Setting, Table>,
) {
  const processor = once(() => transactProcessor(definition, settingsOf(definition)));
  const store = once(() => storeOf(Object.keys(definition.tables)));
  const gates = once(() => gatesOf(definition.name));
  const run = () => ({ store: store(), gates: gates(), hasTime, ...ports });
  const answer: AnswerRequest = (request, reporting) =>
    answerGatedRequest(request, {
      definition,
      processor: processor(),
      rows: store(),
      gates: gates(),
      attempt: (records, { key, quarantine, onWritten }) =>
        transactBatch({ ...processor(), key: () => key }, records, { ...run(), quarantine, onWritten, fromLane: true }),
      ...reporting,
    });
  return streamHandler(
    definition,
    (records, reporting) => transactBatch(processor(), records, { ...run(), ...reporting }),
    answer,
  );
}

function storeOf(tables: readonly string[]): TransactionStore {
  const names = tables.map(table => [table, textVariable(tableVariable(table))] as const);
  return dynamodbTransactions({ ...idempotencyOptions(), tables: Object.fromEntries(names) });
}
