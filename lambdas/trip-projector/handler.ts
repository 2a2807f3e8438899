import type { SQSEvent } from 'aws-lambda';
import { messageOf } from '../../core/index.ts';
import { parseTravelFact } from '../../domains/travel/events/fact-contracts.ts';
import { isTravelFact, type TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { s3ClaimCheckReader } from '../adapters/claim-check-s3.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { projectTripFact } from '../adapters/trips-dynamodb.ts';
import { atOnce } from '../runtime/at-once.ts';
import { type BusMessage, readBusMessage } from '../runtime/bus-message.ts';
import { dynamodbClient, s3Client } from '../runtime/clients.ts';
import { conflictingEvent } from '../runtime/conflicting-event.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';

const HOP = 'trip-projector';
const WRITES_AT_ONCE = 10;

const metrics = hopMetrics(HOP);
const log = once(() => logger(HOP));
const redeem = once(() => s3ClaimCheckReader(s3Client(), textVariable('CLAIM_CHECK_BUCKET')));
const quarantine = once(() => s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')));

/** Projects what happens to trips; facts may come in any order. */
export const handler = inTime(async (event: SQSEvent): Promise<PartialBatch> => {
  const failed: string[] = [];
  const tally = { Consumed: 0, Duplicate: 0, Quarantined: 0 };
  await atOnce(event.Records, WRITES_AT_ONCE, async message => {
    try {
      const counted = await project(message);
      if (counted) tally[counted] += 1;
    } catch (error) {
      failed.push(message.messageId);
      log().warn('Fact not projected', { messageId: message.messageId, reason: messageOf(error) });
    }
  });
  metrics(tally);
  return failedItems(failed);
});

/** @returns as what it counts; nothing when it was quarantined before */
async function project(message: BusMessage): Promise<'Consumed' | 'Duplicate' | 'Quarantined' | undefined> {
  const fact = await readFact(message.body);
  const outcome = await projectTripFact(dynamodbClient(), textVariable('TRIPS_TABLE'), fact);
  if (outcome !== 'conflict') return outcome === 'consumed' ? 'Consumed' : 'Duplicate';
  log().error('Event id used twice with other content', { id: fact.id });
  return (await quarantine().keep(conflictingEvent(HOP, message, fact))) ? 'Quarantined' : undefined;
}

async function readFact(body: string): Promise<TravelFact> {
  const parsed = await readBusMessage(body, { parse: parseTravelFact, redeem: redeem() });
  if (!parsed.ok) throw new Error(`Cannot read fact: ${parsed.problem.field}: ${parsed.problem.reason}`);
  if (isTravelFact(parsed.value)) return parsed.value;
  throw new Error(`Cannot project fact: unknown type '${parsed.value.type}'`);
}
