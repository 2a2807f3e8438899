/**
 * The log as a Kinesis stream. PutRecords may take some records and refuse others, and what it took cannot be undone.
 *
 * 1. While all is well, everything goes in one call: order costs nothing.
 * 2. Once a record of a call was refused, and for a while after, a call holds at most one record of each key, the first that
 *    waits: a refusal is noticed before a later one of its key is sent. What a call in the time before took behind a refused
 *    record of its key stays in front of it; that is the only way in which records of one key change places.
 * 3. A key whose first waiting record is given up sends no later one: they fail with it, and wait elsewhere in their order.
 * 4. A call that failed as a whole is sent again as a whole: all of it may be there, in its order, and then is there twice.
 */
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  type AppendOutcome,
  type BackOff,
  backOffDelayMs,
  type Clock,
  type CloudEvent,
  type EventLog,
  type Ids,
} from '../../core/index.ts';
import { chunks } from '../runtime/chunks.ts';
import { timeLeftMs } from '../runtime/in-time.ts';
import { errorName } from './aws-errors.ts';

export interface KinesisLogOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of the tries of one record. @default 4 tries, from 50 ms to 400 ms */
  readonly backOff?: BackOff;
  /** Calls of one `append` after the first: whoever still waits then is better off elsewhere. @default 24 */
  readonly maxFurtherCalls?: number;
}

/** Limits of one PutRecords call. */
const MAX_RECORDS = 500;
const MAX_BYTES = 4_900_000;
const DEFAULT_BACK_OFF: BackOff = { tries: 4, firstDelayMs: 50, maxDelayMs: 400 };
/** For so long after a refusal the stream is taken for busy (invariant 2): what a shard takes is counted by the second. */
const CAUTION_MS = 1000;
const MAX_FURTHER_CALLS = 24;

interface Entry {
  readonly index: number;
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** The records of one key that wait, in order, and how often the first of them was tried. */
interface Line {
  entries: Entry[];
  tries: number;
}

/** What became of one call: all of it is unknown, or some records were refused. */
type Answer =
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'answered'; readonly outcomes: readonly AppendOutcome[] };

/** The log as a Kinesis stream; one for each function, since it remembers whether the stream is busy. */
export function kinesisEventLog(options: KinesisLogOptions): EventLog {
  const { clock, ids, backOff = DEFAULT_BACK_OFF, maxFurtherCalls = MAX_FURTHER_CALLS } = options;
  let busyUntilMs = Number.NEGATIVE_INFINITY;

  async function append(events: readonly CloudEvent[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = events.map(() => ({ status: 'failed', code: 'NotSent' }));
    let lines = linesOf(events);
    for (let calls = 0; lines.length > 0 && calls <= maxFurtherCalls && timeLeftMs() > 0; calls++) {
      const call = nextCall(lines, { isBusy: clock.now() < busyUntilMs });
      const answer = await putRecords(options, call);
      if (answer.kind === 'answered' && answer.outcomes.some(({ status }) => status === 'failed')) {
        busyUntilMs = clock.now() + CAUTION_MS;
      }
      note(call, answer, outcomes);
      const mostTries = advance(lines, call, outcomes);
      lines = lines.filter(line => line.entries.length > 0 && line.tries < backOff.tries);
      if (lines.length > 0 && mostTries > 0) await clock.sleep(backOffDelayMs(backOff, mostTries, ids.random));
    }
    return outcomes;
  }
  return { append };
}

/** Records by key, in order. */
function linesOf(events: readonly CloudEvent[]): Line[] {
  const entries = events.map(
    (event, index): Entry => ({
      index,
      Data: Buffer.from(JSON.stringify(event)),
      PartitionKey: event.partitionkey ?? event.subject,
    }),
  );
  return [...Map.groupBy(entries, entry => entry.PartitionKey).values()].map(ofKey => ({ entries: ofKey, tries: 0 }));
}

/** The records of the next call: as many as it takes while all is well (invariant 1), else the first of each key (2). */
function nextCall(lines: readonly Line[], { isBusy }: { readonly isBusy: boolean }): readonly Entry[] {
  const candidates = lines.flatMap(line => (isBusy ? line.entries.slice(0, 1) : line.entries));
  const [first = []] = chunks(
    candidates.toSorted((a, b) => a.index - b.index),
    CHUNK_LIMITS,
  );
  return first;
}

const CHUNK_LIMITS = {
  maxItems: MAX_RECORDS,
  maxBytes: MAX_BYTES,
  sizeBytes: (entry: Entry) => entry.Data.length + Buffer.byteLength(entry.PartitionKey),
};

async function putRecords(options: KinesisLogOptions, call: readonly Entry[]): Promise<Answer> {
  const Records = call.map(({ Data, PartitionKey }) => ({ Data, PartitionKey }));
  try {
    const answer = await options.client.send(new PutRecordsCommand({ StreamName: options.streamName, Records }));
    const outcomes = call.map((_, position): AppendOutcome => {
      const { SequenceNumber, ShardId, ErrorCode = 'NoResult' } = answer.Records?.[position] ?? {};
      if (!SequenceNumber) return { status: 'failed', code: ErrorCode };
      return { status: 'appended', ...(ShardId !== undefined && { shard: ShardId }) };
    });
    return { kind: 'answered', outcomes };
  } catch (error) {
    return { kind: 'failed', code: errorName(error) };
  }
}

function note(call: readonly Entry[], answer: Answer, outcomes: AppendOutcome[]): void {
  for (const [position, { index }] of call.entries()) {
    const failed = answer.kind === 'failed' ? answer.code : 'NoResult';
    const outcome = answer.kind === 'answered' ? answer.outcomes[position] : undefined;
    outcomes[index] = outcome ?? { status: 'failed', code: failed };
  }
}

/**
 * Takes what was appended out of the lines.
 * @returns the most tries of a record that this call did not take; 0 when it took all
 */
function advance(lines: readonly Line[], call: readonly Entry[], outcomes: readonly AppendOutcome[]): number {
  const sent = new Set(call);
  let mostTries = 0;
  for (const line of lines) {
    const [head] = line.entries;
    line.entries = line.entries.filter(entry => outcomes[entry.index]?.status !== 'appended');
    if (line.entries[0] !== head) line.tries = 0;
    if (!line.entries.some(entry => sent.has(entry))) continue;
    line.tries += 1;
    mostTries = Math.max(mostTries, line.tries);
  }
  return mostTries;
}
