import type { SQSEvent } from 'aws-lambda';
import { type CloudEvent, type LedgerOutcome, messageOf, openLedger } from '../../core/index.ts';
import { travelFactContracts } from '../../domains/travel/events/fact-contracts.ts';
import { isTravelFact, type TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { s3ClaimCheckReader } from '../adapters/claim-check-s3.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { projectTripFact } from '../adapters/trips-dynamodb.ts';
import { atOnce } from '../runtime/at-once.ts';
import { type BusMessage, enterFact, readBusMessage } from '../runtime/bus-message.ts';
import { dynamodbClient, s3Client } from '../runtime/clients.ts';
import { conflictingEvent } from '../runtime/conflicting-event.ts';
import { textVariable } from '../runtime/environment.ts';
import { registeredReader } from '../runtime/event-reader.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';

const HOP = 'trip-projector';
const WRITES_AT_ONCE = 10;
const LEDGER_OUTCOMES = {
  Consumed: 'consumed',
  Duplicate: 'duplicate',
  Quarantined: 'quarantined',
} as const satisfies Record<string, LedgerOutcome>;

const metrics = hopMetrics(HOP);
const log = once(() => logger(HOP));
const redeem = once(() => s3ClaimCheckReader(s3Client(), textVariable('CLAIM_CHECK_BUCKET')));
const reader = once(() => registeredReader(HOP, travelFactContracts));
const quarantine = once(() => s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')));

/** Projects what happens to trips; facts may come in any order. */
export const handler = inTime(async (event: SQSEvent): Promise<PartialBatch> => {
  const failed: string[] = [];
  const tally = { Consumed: 0, Duplicate: 0, Quarantined: 0 };
  const ledger = openLedger();
  await reader().refresh();
  await atOnce(event.Records, WRITES_AT_ONCE, async message => {
    try {
      const { fact, outcome } = await project(message);
      if (!outcome) return;
      tally[outcome] += 1;
      enterFact(ledger, LEDGER_OUTCOMES[outcome], fact);
    } catch (error) {
      failed.push(message.messageId);
      log().warn('Fact not projected', { messageId: message.messageId, reason: messageOf(error) });
    }
  });
  metrics(tally, ledger);
  return failedItems(failed);
});

interface Projected {
  readonly fact: ReadFact;
  /** As what it counts; nothing when it was quarantined before. */
  readonly outcome: 'Consumed' | 'Duplicate' | 'Quarantined' | undefined;
}

async function project(message: BusMessage): Promise<Projected> {
  const fact = await readFact(message.body);
  const outcome = await projectTripFact(dynamodbClient(), textVariable('TRIPS_TABLE'), fact.event);
  if (outcome !== 'conflict') return { fact, outcome: outcome === 'consumed' ? 'Consumed' : 'Duplicate' };
  log().error('Event id used twice with other content', { id: fact.event.id });
  const isNew = await quarantine().keep(conflictingEvent(HOP, message, fact.received));
  return { fact, outcome: isNew ? 'Quarantined' : undefined };
}

interface ReadFact {
  readonly event: TravelFact;
  readonly received: CloudEvent;
  readonly atMs: number;
}

async function readFact(body: string): Promise<ReadFact> {
  const parsed = await readBusMessage(body, { ...reader(), redeem: redeem() });
  if (!parsed.ok) throw new Error(`Cannot read fact: ${parsed.problem.field}: ${parsed.problem.reason}`);
  const { event, ...fact } = parsed.value;
  if (isTravelFact(event)) return { event, ...fact };
  throw new Error(`Cannot project fact: unknown type '${event.type}'`);
}
