import type { KinesisStreamEvent } from 'aws-lambda';
import {
  type FoldStore,
  messageOf,
  parseRfc3339,
  processBatch,
  type Quarantine,
  type RecordFate,
} from '../../core/index.ts';
import type { SessionProfile } from '../../domains/behaviour/aggregates/session-profile.ts';
import { isBehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import { parseBehaviourEvent } from '../../domains/behaviour/events/ingest-contracts.ts';
import { openCartAttributes } from '../../domains/behaviour/processors/open-cart-index.ts';
import { sessionProfileProcessor } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { atOnce } from '../runtime/at-once.ts';
import { dynamodbClient, s3Client } from '../runtime/clients.ts';
import { positiveNumberVariable, textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { decodeRecords, type Undecodable } from './decode-records.ts';

const HOP = 'session-profile';
const QUARANTINES_AT_ONCE = 8;

const metrics = hopMetrics(HOP);
const log = once(() => logger(HOP));

const processor = once(() =>
  sessionProfileProcessor({ sessionGapMs: positiveNumberVariable('SESSION_GAP_MINUTES') * 60_000 }),
);

const store = once(
  (): FoldStore<SessionProfile> =>
    dynamodbFoldStore({
      client: dynamodbClient(),
      tableName: textVariable('STATE_TABLE'),
      layout: { keyAttribute: 'visitorId', attributes: openCartAttributes },
      lanes: { tableName: textVariable('PARKED_TABLE'), processor: HOP },
      clock: systemClock,
      ids: systemIds,
    }),
);

const quarantine = once((): Quarantine => s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')));

/** Folds events into session profiles; reports the first failed record of each visitor, and only those. */
export async function handler(event: KinesisStreamEvent): Promise<PartialBatch> {
  const { events, undecodable } = decodeRecords(event.Records, parseBehaviourEvent);
  const tally = { Applied: 0, Duplicate: 0, Parked: 0, EffectLatency: [] as number[] };
  const records = events.flatMap(record =>
    isBehaviourEvent(record.event) ? [{ ...record, event: record.event }] : [],
  );
  const kept = await quarantineAll(undecodable);
  const failures = await processBatch(processor(), records, {
    store: store(),
    onWritten: fates => count(tally, fates),
  });
  metrics({ ...tally, Quarantined: kept.quarantined });
  for (const failure of failures) log().warn('Key failed, will be delivered again', { ...failure });
  return failedItems([...kept.failed, ...failures.map(failure => failure.sequence)]);
}

function count(
  tally: { Applied: number; Duplicate: number; Parked: number; EffectLatency: number[] },
  fates: readonly RecordFate[],
): void {
  const nowMs = systemClock.now();
  for (const { record, outcome } of fates) {
    if (outcome === 'duplicate') tally.Duplicate += 1;
    if (outcome === 'parked') tally.Parked += 1;
    if (outcome !== 'applied') continue;
    tally.Applied += 1;
    const ingestedMs = parseRfc3339(record.event.ingestedtime ?? '');
    if (ingestedMs !== undefined) tally.EffectLatency.push(Math.max(0, nowMs - ingestedMs));
  }
}

/** Keeps what cannot be read; one that could not even be kept is reported, so that it is delivered again. */
async function quarantineAll(undecodable: readonly Undecodable[]): Promise<{ quarantined: number; failed: string[] }> {
  const failed: string[] = [];
  let quarantined = 0;
  await atOnce(undecodable, QUARANTINES_AT_ONCE, async item => {
    const { sequenceNumber } = item.record.kinesis;
    try {
      if (await quarantine().keep(quarantineRecord(item))) quarantined += 1;
    } catch (error) {
      log().error('Cannot quarantine record', { sequenceNumber, reason: messageOf(error) });
      failed.push(sequenceNumber);
    }
  });
  return { quarantined, failed };
}

function quarantineRecord({ record, problem, received }: Undecodable) {
  const { sequenceNumber, partitionKey, approximateArrivalTimestamp } = record.kinesis;
  return {
    id: `${HOP}-${sequenceNumber}`,
    quarantinedAt: new Date(approximateArrivalTimestamp * 1000).toISOString(), // the same at every delivery
    hop: HOP,
    field: problem.field,
    reason: problem.reason,
    received,
    origin: { stream: record.eventSourceARN, eventId: record.eventID, partitionKey },
  };
}
