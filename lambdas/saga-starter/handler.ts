import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { messageOf, openLedger } from '../../core/index.ts';
import { travelEventTypes } from '../../domains/travel/events/event-types.ts';
import { travelFactContracts } from '../../domains/travel/events/fact-contracts.ts';
import { isTravelFact } from '../../domains/travel/events/travel-fact.ts';
import { type SagaInput, sagaInput } from '../../domains/travel/saga/saga-input.ts';
import { s3ClaimCheckReader } from '../adapters/claim-check-s3.ts';
import { startSaga } from '../adapters/saga-executions-sfn.ts';
import { atOnce } from '../runtime/at-once.ts';
import { type BusFact, enterFact, readBusMessage } from '../runtime/bus-message.ts';
import { s3Client, sfnClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { registeredReader } from '../runtime/event-reader.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';

const STARTS_AT_ONCE = 10;

const metrics = hopMetrics('saga-starter');
const log = once(() => logger('saga-starter'));
const reader = once(() => registeredReader('saga-starter', travelFactContracts));
const redeem = once(() => s3ClaimCheckReader(s3Client(), textVariable('CLAIM_CHECK_BUCKET')));

/** Starts a saga for each booking. */
export const handler = inTime(async (event: SQSEvent): Promise<PartialBatch> => {
  const stateMachineArn = textVariable('STATE_MACHINE_ARN');
  const failed: string[] = [];
  const tally = { Started: 0, Duplicate: 0 };
  const ledger = openLedger();
  await reader().refresh();
  await atOnce(event.Records, STARTS_AT_ONCE, async message => {
    try {
      const { input, fact } = await readBooking(message.body);
      const isNew = await startSaga(sfnClient(), stateMachineArn, { input, startedBy: deliveryOf(message) });
      tally[isNew ? 'Started' : 'Duplicate'] += 1;
      enterFact(ledger, isNew ? 'consumed' : 'duplicate', fact);
    } catch (error) {
      failed.push(message.messageId);
      log().warn('Saga not started', { messageId: message.messageId, reason: messageOf(error) });
    }
  });
  metrics(tally, ledger);
  return failedItems(failed);
});

/** A message that comes again is another delivery. */
function deliveryOf({ messageId, attributes }: SQSRecord): string {
  return `${messageId} ${attributes?.ApproximateReceiveCount ?? 1}`;
}

async function readBooking(body: string): Promise<{ input: SagaInput; fact: BusFact }> {
  const parsed = await readBusMessage(body, { ...reader(), redeem: redeem() });
  if (!parsed.ok) throw new Error(`Cannot read booking: ${parsed.problem.field}: ${parsed.problem.reason}`);
  const { event: fact } = parsed.value;
  if (isTravelFact(fact) && fact.type === travelEventTypes.bookingRequested) {
    return { input: sagaInput(fact), fact: parsed.value };
  }
  throw new Error(`Cannot start saga: type must be ${travelEventTypes.bookingRequested}, received '${fact.type}'`);
}
