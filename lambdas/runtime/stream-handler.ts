import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import {
  type CloudEvent,
  domainOf,
  type FoldRecord,
  type KeyFailure,
  messageOf,
  openLedger,
  type ProcessorIdentity,
  parseRfc3339,
  type RecordFate,
  type RecordOutcome,
  type Settings,
  settingVariable,
} from '../../core/index.ts';
import { quarantinedRecordId, s3Quarantine } from '../adapters/quarantine-s3.ts';
import { atOnce } from './at-once.ts';
import { s3Client } from './clients.ts';
import { recordDecoder, type Undecodable } from './decode-records.ts';
import { enterFates } from './enter-fates.ts';
import { positiveNumberVariable, textVariable } from './environment.ts';
import { registeredReader } from './event-reader.ts';
import { inTime, type TimedContext } from './in-time.ts';
import { logger } from './logger.ts';
import { hopMetrics } from './metrics.ts';
import { once } from './once.ts';
import { failedItems, type PartialBatch } from './partial-batch.ts';
import { isProcessorRequest, type ProcessorRequest } from './processor-request.ts';
import { systemClock } from './system-clock.ts';

const QUARANTINES_AT_ONCE = 8;

/** What a guarantee tells of each record, and what it may ask for. */
export interface Reporting {
  /** Keeps a record that was refused, with the reason. @returns whether it was not there yet */
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
  /** Hears of fates as soon as they are certain, of each once. */
  readonly onWritten: (fates: readonly RecordFate[]) => void;
}

/** Answers what a function is asked for besides batches: about its parked keys, about records. */
export type AnswerRequest = (request: ProcessorRequest, reporting: Pick<Reporting, 'quarantine'>) => Promise<unknown>;

type StreamHandler = (event: KinesisStreamEvent, context?: TimedContext) => Promise<PartialBatch>;

/** Carries the events that a processor accepts through its guarantee. Never throws for what concerns one key. */
export type Process<Incoming extends CloudEvent> = (
  records: readonly FoldRecord<Incoming>[],
  reporting: Reporting,
) => Promise<readonly KeyFailure[]>;

/**
 * The handler of a processor, whatever it guarantees: takes the records of a Kinesis batch, has them processed, and reports
 * the first failed record of each key, and only those. Every record ends applied, known as a copy, parked or quarantined,
 * and is counted once. The quarantine is in QUARANTINE_BUCKET.
 */
export function streamHandler<Incoming extends CloudEvent>(
  definition: Pick<ProcessorIdentity<Incoming, string>, 'name' | 'accepts' | 'knows'>,
  process: Process<Incoming>,
  answer: AnswerRequest,
) {
  const hop = definition.name;
  const domain = domainOf(definition);
  const reader = once(() => registeredReader(hop, definition.knows ?? definition.accepts));
  const types: ReadonlySet<string> = new Set(definition.accepts.map(({ type }) => type));
  const accepts = (event: CloudEvent): event is Incoming => types.has(event.type);
  const decode = once(() => recordDecoder({ ...reader(), domain, accepts }));
  const metrics = hopMetrics(hop);
  const log = once(() => logger(hop));
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

  async function processEvent(event: KinesisStreamEvent): Promise<PartialBatch> {
    await reader().refresh();
    const { events: records, undecodable } = decode()(event.Records);
    const tally = emptyTally();
    const ledger = openLedger();
    try {
      const kept = await quarantineAll(undecodable);
      tally.Quarantined = kept.added;
      const original = ({ sequence }: FoldRecord) =>
        event.Records.find(({ kinesis }) => kinesis.sequenceNumber === sequence);
      const failures = await process(records, {
        quarantine: fate => quarantine().keep(refusedRecord(hop, fate, original(fate.record))),
        onWritten: fates => {
          count(tally, fates);
          enterFates(ledger, fates);
        },
      });
      tally.KeysFailed = failures.length;
      for (const failure of failures) log().warn('Key failed, will be delivered again', { ...failure });
      return failedItems([...kept.failed, ...failures.map(failure => failure.sequence)]);
    } finally {
      metrics(tally, ledger); // what is done is done, even when the batch as a whole is delivered again
    }
  }

  const handler = inTime<KinesisStreamEvent | ProcessorRequest, unknown>(event => {
    if (!isProcessorRequest(event)) return processEvent(event);
    return answer(event, { quarantine: fate => quarantine().keep(refusedRecord(hop, fate, undefined)) });
  });
  return handler as typeof handler & StreamHandler; // a batch gets the answer that is for batches
}

/** The values that the environment gives a definition's settings. */
export function settingsOf<Setting extends string>({
  settings = [],
}: {
  readonly settings?: readonly Setting[];
}): Settings<Setting> {
  const values = settings.map(setting => [setting, positiveNumberVariable(settingVariable(setting))]);
  return Object.fromEntries(values) as Settings<Setting>; // one value for each of its settings
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
    id: quarantinedRecordId(hop, sequenceNumber),
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
    id: quarantinedRecordId(hop, record.sequence),
    quarantinedAt: new Date(record.arrivedAtMs).toISOString(), // the same at every delivery
    hop,
    field: 'id',
    reason,
    received: record.event,
    ...(origin && { origin }),
  };
}
