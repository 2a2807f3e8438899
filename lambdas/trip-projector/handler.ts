import type { SQSEvent } from 'aws-lambda';
import { messageOf } from '../../core/index.ts';
import { parseTravelFact } from '../../domains/travel/events/fact-contracts.ts';
import { isTravelFact, type TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { projectTripFact } from '../adapters/trips-dynamodb.ts';
import { atOnce } from '../runtime/at-once.ts';
import { readBusMessage } from '../runtime/bus-message.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';

const WRITES_AT_ONCE = 10;

const metrics = hopMetrics('trip-projector');
const log = once(() => logger('trip-projector'));

/** Projects what happens to trips; facts may come in any order. */
export async function handler(event: SQSEvent): Promise<PartialBatch> {
  const tableName = textVariable('TRIPS_TABLE');
  const failed: string[] = [];
  const tally = { Consumed: 0, Duplicate: 0 };
  await atOnce(event.Records, WRITES_AT_ONCE, async message => {
    try {
      const isNew = await projectTripFact(dynamodbClient(), tableName, readFact(message.body));
      tally[isNew ? 'Consumed' : 'Duplicate'] += 1;
    } catch (error) {
      failed.push(message.messageId);
      log().warn('Fact not projected', { messageId: message.messageId, reason: messageOf(error) });
    }
  });
  metrics(tally);
  return failedItems(failed);
}

function readFact(body: string): TravelFact {
  const parsed = readBusMessage(body, parseTravelFact);
  if (!parsed.ok) throw new Error(`Cannot read fact: ${parsed.problem.field}: ${parsed.problem.reason}`);
  if (isTravelFact(parsed.value)) return parsed.value;
  throw new Error(`Cannot project fact: unknown type '${parsed.value.type}'`);
}
