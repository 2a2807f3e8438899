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
import { errorName } from './aws-errors.ts';

export interface KinesisLogOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** @default 4 tries, from 50 ms to 400 ms */
  readonly backOff?: BackOff;
}

/** Limits of one PutRecords call. */
const MAX_RECORDS = 500;
const MAX_BYTES = 4_900_000;
const DEFAULT_BACK_OFF: BackOff = { tries: 4, firstDelayMs: 50, maxDelayMs: 400 };

interface Entry {
  readonly index: number;
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/**
 * The log as a Kinesis stream. PutRecords may take some records and refuse others: those are sent again with back-off,
 * and answered as failed when no try is left. Records of one key that go in one call keep their order only while none
 * of them is refused; what is sent again comes after what was taken (the fold goes by arrival).
 */
export function kinesisEventLog(options: KinesisLogOptions): EventLog {
  const { clock, ids, backOff = DEFAULT_BACK_OFF } = options;
  async function append(events: readonly CloudEvent[]): Promise<readonly AppendOutcome[]> {
    const outcomes: AppendOutcome[] = events.map(() => ({ status: 'failed', code: 'NotTried' }));
    let open = events.map(entryOf);
    for (let attempt = 1; open.length > 0; attempt++) {
      for (const chunk of chunks(open, CHUNK_LIMITS)) await putRecords(options, chunk, outcomes);
      open = open.filter(({ index }) => outcomes[index]?.status === 'failed');
      if (open.length === 0 || attempt >= backOff.tries) break;
      await clock.sleep(backOffDelayMs(backOff, attempt, ids.random));
    }
    return outcomes;
  }
  return { append };
}

const CHUNK_LIMITS = {
  maxItems: MAX_RECORDS,
  maxBytes: MAX_BYTES,
  sizeBytes: (entry: Entry) => entry.Data.length + Buffer.byteLength(entry.PartitionKey),
};

function entryOf(event: CloudEvent, index: number): Entry {
  return { index, Data: Buffer.from(JSON.stringify(event)), PartitionKey: event.partitionkey ?? event.subject };
}

/** One call; notes the outcome of each record at its index. */
async function putRecords(
  options: KinesisLogOptions,
  chunk: readonly Entry[],
  outcomes: AppendOutcome[],
): Promise<void> {
  const records = chunk.map(({ Data, PartitionKey }) => ({ Data, PartitionKey }));
  try {
    const answer = await options.client.send(
      new PutRecordsCommand({ StreamName: options.streamName, Records: records }),
    );
    for (const [position, { index }] of chunk.entries()) {
      const result = answer.Records?.[position];
      outcomes[index] = result?.SequenceNumber
        ? { status: 'appended' }
        : { status: 'failed', code: result?.ErrorCode ?? 'NoResult' };
    }
  } catch (error) {
    for (const { index } of chunk) outcomes[index] = { status: 'failed', code: errorName(error) };
  }
}
