import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import {
  type CloudEvent,
  domainOf,
  eventParser,
  type FoldDefinition,
  type FoldStore,
  foldLimits,
  foldProcessor,
  messageOf,
  parseRfc3339,
  processBatch,
  type RecordFate,
  type RecordOutcome,
  type Settings,
  settingVariable,
} from '../../core/index.ts';
import { foldItemLayout } from '../adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { atOnce } from './at-once.ts';
import { dynamodbClient, s3Client } from './clients.ts';
import { decodeRecords, type Undecodable } from './decode-records.ts';
import { positiveNumberVariable, textVariable } from './environment.ts';
import { inTime } from './in-time.ts';
import { logger } from './logger.ts';
import { hopMetrics } from './metrics.ts';
import { once } from './once.ts';
import { failedItems, type PartialBatch } from './partial-batch.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';

const QUARANTINES_AT_ONCE = 8;

/**
 * The handler of a fold: takes the records of a Kinesis batch, folds them, and reports the first failed record of each key,
 * and only those. Every record ends applied, known as a copy, parked or quarantined, and is counted once. What is made from
 * the environment (STATE_TABLE, PARKED_TABLE, QUARANTINE_BUCKET and the settings) is made at the first event.
 */
export function foldHandler<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
) {
  const hop = definition.name;
  const judge = { parse: eventParser(definition.knows ?? definition.accepts), domain: domainOf(definition) };
  const limits = foldLimits(definition);
  const metrics = hopMetrics(hop);
  const log = once(() => logger(hop));
  const processor = once(() => foldProcessor(definition, settingsOf(definition)));
  const store = once(() => storeOf(definition));
  const quarantine = once(() => s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')));

  /** Keeps what cannot be read; one that could not even be kept is reported, so that it is delivered again. */
  async function quarantineAll(undecodable: readonly Undecodable[]): Promise<{ added: number; failed: string[] }> {
    const failed: string[] = [];
    let added = 0;
    await atOnce(undecodable, QUARANTINES_AT_ONCE, async item => {
      const { sequenceNumber } = item.record.kinesis;
      try {
        if (await quarantine().keep(quarantineRecord(hop, item))) added += 1;
      } catch (error) {
        log().error('Cannot quarantine record', { sequenceNumber, reason: messageOf(error) });
        failed.push(sequenceNumber);
      }
    });
    return { added, failed };
  }

  return inTime(async (event: KinesisStreamEvent): Promise<PartialBatch> => {
    const { events, undecodable } = decodeRecords(event.Records, judge);
    const { accepts } = processor();
    const records = events.flatMap(record => (accepts(record.event) ? [{ ...record, event: record.event }] : []));
    const tally = emptyTally();
    try {
      const kept = await quarantineAll(undecodable);
      tally.Quarantined = kept.added;
      const bySequence = new Map(event.Records.map(record => [record.kinesis.sequenceNumber, record]));
      const failures = await processBatch(processor(), records, {
        store: store(),
        limits,
        quarantine: fate => quarantine().keep(refusedRecord(hop, fate, bySequence.get(fate.record.sequence))),
        onWritten: fates => count(tally, fates),
      });
      tally.KeysFailed = failures.length;
      for (const failure of failures) log().warn('Key failed, will be delivered again', { ...failure });
      return failedItems([...kept.failed, ...failures.map(failure => failure.sequence)]);
    } finally {
      metrics(tally); // what is done is done, even when the batch as a whole is delivered again
    }
  });
}

function settingsOf<Setting extends string>({
  settings = [],
}: Pick<FoldDefinition<never, never, Setting>, 'settings'>): Settings<Setting> {
  const values = settings.map(setting => [setting, positiveNumberVariable(settingVariable(setting))]);
  return Object.fromEntries(values) as Settings<Setting>; // one value for each of its settings
}

function storeOf<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
): FoldStore<State> {
  return dynamodbFoldStore({
    client: dynamodbClient(),
    tableName: textVariable('STATE_TABLE'),
    layout: foldItemLayout(definition),
    lanes: { tableName: textVariable('PARKED_TABLE'), processor: definition.name },
    clock: systemClock,
    ids: systemIds,
  });
}

type Tally = {
  Applied: number;
  Duplicate: number;
  Redelivered: number;
  Parked: number;
  Quarantined: number;
  KeysFailed: number;
  readonly EffectLatency: number[];
};

function emptyTally(): Tally {
  const nothing = { Applied: 0, Duplicate: 0, Redelivered: 0, Parked: 0, Quarantined: 0, KeysFailed: 0 };
  return { ...nothing, EffectLatency: [] };
}

const COUNTED = {
  applied: 'Applied',
  duplicate: 'Duplicate',
  redelivered: 'Redelivered',
  parked: 'Parked',
  quarantined: 'Quarantined',
} as const satisfies Record<RecordOutcome, keyof Tally>;

function count(tally: Tally, fates: readonly RecordFate[]): void {
  const nowMs = systemClock.now();
  for (const { record, outcome } of fates) {
    tally[COUNTED[outcome]] += 1;
    if (outcome !== 'applied') continue;
    const ingestedMs = parseRfc3339(record.event.ingestedtime ?? '');
    if (ingestedMs !== undefined) tally.EffectLatency.push(Math.max(0, nowMs - ingestedMs));
  }
}

function quarantineRecord(hop: string, { record, problem, received }: Undecodable) {
  const { sequenceNumber, partitionKey, approximateArrivalTimestamp } = record.kinesis;
  return {
    id: `${hop}-${sequenceNumber}`,
    quarantinedAt: new Date(approximateArrivalTimestamp * 1000).toISOString(), // the same at every delivery
    hop,
    field: problem.field,
    reason: problem.reason,
    received,
    origin: { stream: record.eventSourceARN, eventId: record.eventID, partitionKey },
  };
}

/** An event that could be read and was refused. */
function refusedRecord(hop: string, { record, reason = '' }: RecordFate, from: KinesisStreamRecord | undefined) {
  const origin = from && {
    stream: from.eventSourceARN,
    eventId: from.eventID,
    partitionKey: from.kinesis.partitionKey,
  };
  return {
    id: `${hop}-${record.sequence}`,
    quarantinedAt: new Date(record.arrivedAtMs).toISOString(), // the same at every delivery
    hop,
    field: 'id',
    reason,
    received: record.event,
    ...(origin && { origin }),
  };
}
