import type { KinesisStreamEvent } from 'aws-lambda';
import {
  type CloudEvent,
  type EventParser,
  type FoldProcessor,
  type FoldStore,
  messageOf,
  parseRfc3339,
  processBatch,
  type Quarantine,
  type RecordFate,
} from '../../core/index.ts';
import { atOnce } from './at-once.ts';
import { decodeRecords, type Undecodable } from './decode-records.ts';
import { logger } from './logger.ts';
import { hopMetrics } from './metrics.ts';
import { once } from './once.ts';
import { failedItems, type PartialBatch } from './partial-batch.ts';
import { systemClock } from './system-clock.ts';

/** What makes a fold processor a handler. What is made from the environment is made at the first event. */
export interface FoldHandlerOptions<State, Incoming extends CloudEvent> {
  /** Names its metrics, log lines and quarantine records: the handler's folder. */
  readonly hop: string;
  /** Whose events it folds; those of other domains are for other processors of the stream. */
  readonly domain: string;
  /** Judges the events of the domain. */
  readonly parse: EventParser;
  readonly processor: () => FoldProcessor<State, Incoming>;
  readonly store: () => FoldStore<State>;
  /** Where records go that are no events of ours. */
  readonly quarantine: () => Quarantine;
}

const QUARANTINES_AT_ONCE = 8;

/**
 * The handler of a fold processor: takes the records of a Kinesis batch, folds them, and reports the first failed record
 * of each key, and only those. Every record ends applied, known as a duplicate, parked or quarantined, and is counted once.
 */
export function foldHandler<State, Incoming extends CloudEvent>(
  options: FoldHandlerOptions<State, Incoming>,
): (event: KinesisStreamEvent) => Promise<PartialBatch> {
  const { hop, domain, parse } = options;
  const metrics = hopMetrics(hop);
  const log = once(() => logger(hop));
  const processor = once(options.processor);
  const store = once(options.store);
  const quarantine = once(options.quarantine);

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

  return async event => {
    const { events, undecodable } = decodeRecords(event.Records, { parse, domain });
    const { accepts } = processor();
    const records = events.flatMap(record => (accepts(record.event) ? [{ ...record, event: record.event }] : []));
    const tally = { Applied: 0, Duplicate: 0, Parked: 0, EffectLatency: [] as number[], Quarantined: 0, KeysFailed: 0 };
    try {
      const kept = await quarantineAll(undecodable);
      tally.Quarantined = kept.added;
      const onWritten = (fates: readonly RecordFate[]) => count(tally, fates);
      const failures = await processBatch(processor(), records, { store: store(), onWritten });
      tally.KeysFailed = failures.length;
      for (const failure of failures) log().warn('Key failed, will be delivered again', { ...failure });
      return failedItems([...kept.failed, ...failures.map(failure => failure.sequence)]);
    } finally {
      metrics(tally); // what is done is done, even when the batch as a whole is delivered again
    }
  };
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
