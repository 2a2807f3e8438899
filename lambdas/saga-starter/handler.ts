import type { SQSEvent } from 'aws-lambda';
import { messageOf } from '../../core/index.ts';
import { travelEventTypes } from '../../domains/travel/events/event-types.ts';
import { parseTravelFact } from '../../domains/travel/events/fact-contracts.ts';
import { isTravelFact } from '../../domains/travel/events/travel-fact.ts';
import { type SagaInput, sagaInput } from '../../domains/travel/saga/saga-input.ts';
import { startSaga } from '../adapters/saga-executions-sfn.ts';
import { atOnce } from '../runtime/at-once.ts';
import { readBusMessage } from '../runtime/bus-message.ts';
import { sfnClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';

const STARTS_AT_ONCE = 10;

const metrics = hopMetrics('saga-starter');
const log = once(() => logger('saga-starter'));

/** Starts a saga for each booking. */
export async function handler(event: SQSEvent): Promise<PartialBatch> {
  const stateMachineArn = textVariable('STATE_MACHINE_ARN');
  const failed: string[] = [];
  const tally = { Started: 0, Duplicate: 0 };
  await atOnce(event.Records, STARTS_AT_ONCE, async message => {
    try {
      const isNew = await startSaga(sfnClient(), stateMachineArn, readBooking(message.body));
      tally[isNew ? 'Started' : 'Duplicate'] += 1;
    } catch (error) {
      failed.push(message.messageId);
      log().warn('Saga not started', { messageId: message.messageId, reason: messageOf(error) });
    }
  });
  metrics(tally);
  return failedItems(failed);
}

function readBooking(body: string): SagaInput {
  const parsed = readBusMessage(body, parseTravelFact);
  if (!parsed.ok) throw new Error(`Cannot read booking: ${parsed.problem.field}: ${parsed.problem.reason}`);
  const fact = parsed.value;
  if (isTravelFact(fact) && fact.type === travelEventTypes.bookingRequested) return sagaInput(fact);
  throw new Error(`Cannot start saga: type must be ${travelEventTypes.bookingRequested}, received '${fact.type}'`);
}
