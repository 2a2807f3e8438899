import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  type BackOff,
  backOffDelayMs,
  type Clock,
  type CloudEvent,
  type Ids,
  messageOf,
  type Overflow,
} from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { chunks } from '../runtime/chunks.ts';

export interface SqsOverflowOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears why a call, or an entry of one, was not taken. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Limits of one SendMessageBatch call. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 256 * 1024;
const CALLS_AT_ONCE = 8;
const BACK_OFF: BackOff = { tries: 3, firstDelayMs: 50, maxDelayMs: 200 };

interface Entry {
  readonly index: number;
  readonly body: string;
}

/** Overflow as an SQS queue: one message per event, its body the event. `Failed` entries are read and sent again. */
export function sqsOverflow(options: SqsOverflowOptions): Overflow {
  async function keep(events: readonly CloudEvent[]): Promise<readonly boolean[]> {
    const kept = events.map(() => false);
    let open: Entry[] = events.map((event, index) => ({ index, body: JSON.stringify(event) }));
    for (let attempt = 1; open.length > 0; attempt++) {
      const calls = chunks(open, {
        maxItems: MAX_MESSAGES,
        maxBytes: MAX_BYTES,
        sizeBytes: entry => Buffer.byteLength(entry.body),
      });
      await atOnce(calls, CALLS_AT_ONCE, entries => sendBatch(options, entries, kept));
      open = open.filter(({ index }) => !kept[index]);
      if (open.length === 0 || attempt >= BACK_OFF.tries) break;
      await options.clock.sleep(backOffDelayMs(BACK_OFF, attempt, options.ids.random));
    }
    return kept;
  }
  return { keep };
}

async function sendBatch(options: SqsOverflowOptions, entries: readonly Entry[], kept: boolean[]): Promise<void> {
  const messages = entries.map(({ index, body }) => ({ Id: String(index), MessageBody: body }));
  try {
    const answer = await options.client.send(
      new SendMessageBatchCommand({ QueueUrl: options.queueUrl, Entries: messages }),
    );
    for (const { Id } of answer.Successful ?? []) kept[Number(Id)] = true;
    const codes = [...new Set((answer.Failed ?? []).map(({ Code }) => Code))];
    if (codes.length > 0) options.warn('The overflow queue did not take events', { codes });
  } catch (error) {
    // Nothing of this call is kept: the caller tries again, then tells the producer.
    options.warn('The overflow queue did not answer', { reason: messageOf(error) });
  }
}
