/**
 * Overflow as a FIFO queue: what waits here leaves in the order in which it came, key by key.
 *
 * 1. A message holds a run of events of one key, as a JSON array; the key (hashed: a group's name has few characters) is
 *    its message group.
 * 2. SendMessageBatch may take some messages and refuse others: a call never holds two of one key, and the next message of a
 *    key is sent when the one before is in. Once one is given up, the later ones of its key are not sent.
 * 3. A message that is sent again after a lost answer is the same message: SQS knows it by its deduplication id, which is
 *    made anew for each `keep`, since equal events that were accepted twice are two.
 */
import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
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
import { timeLeftMs } from '../runtime/in-time.ts';

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
/** Limits of one message: the drainer has to get it into the log within one invocation, event by event at worst. */
const MAX_RUN = { maxItems: 100, maxBytes: 250_000 };
const CALLS_AT_ONCE = 8;
const BACK_OFF: BackOff = { tries: 3, firstDelayMs: 50, maxDelayMs: 200 };

/** A run of events of one key. */
interface Message {
  /** Places of its events in what is to be kept. */
  readonly indexes: readonly number[];
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
}

/** @see Overflow */
export function sqsOverflow(options: SqsOverflowOptions): Overflow {
  async function keep(events: readonly CloudEvent[]): Promise<readonly boolean[]> {
    const kept = events.map(() => false);
    let lines = [...Map.groupBy(messagesOf(events, options.ids), message => message.group).values()];
    while (lines.length > 0) {
      const heads = lines.flatMap(line => line.slice(0, 1));
      const taken = await sendAll(options, heads);
      for (const { indexes } of taken) for (const index of indexes) kept[index] = true;
      lines = lines.filter(([head]) => head && taken.has(head)).map(line => line.slice(1));
      lines = lines.filter(line => line.length > 0);
    }
    return kept;
  }
  return { keep };
}

/** Invariants 1 and 3. */
function messagesOf(events: readonly CloudEvent[], ids: Ids): Message[] {
  const texts = events.map((event, index) => ({ index, key: keyOf(event), text: JSON.stringify(event) }));
  return [...Map.groupBy(texts, ({ key }) => key)].flatMap(([key, ofKey]) => {
    const group = createHash('sha256').update(key).digest('hex');
    const runs = chunks(ofKey, { ...MAX_RUN, sizeBytes: ({ text }) => Buffer.byteLength(text) + 1 });
    return runs.map(run => ({
      indexes: run.map(({ index }) => index),
      body: `[${run.map(({ text }) => text).join(',')}]`,
      group,
      deduplicationId: ids.ulid(),
    }));
  });
}

function keyOf(event: CloudEvent): string {
  return event.partitionkey ?? event.subject;
}

/** Sends messages of different keys; those again that were not taken. @returns those that are in the queue */
async function sendAll(options: SqsOverflowOptions, messages: readonly Message[]): Promise<ReadonlySet<Message>> {
  const taken = new Set<Message>();
  let open = messages;
  for (let attempt = 1; ; attempt++) {
    const calls = chunks(open, { maxItems: MAX_MESSAGES, maxBytes: MAX_BYTES, sizeBytes });
    await atOnce(calls, CALLS_AT_ONCE, call => sendBatch(options, call, taken));
    open = open.filter(message => !taken.has(message));
    const delayMs = backOffDelayMs(BACK_OFF, attempt, options.ids.random);
    if (open.length === 0 || attempt >= BACK_OFF.tries || delayMs >= timeLeftMs()) return taken;
    await options.clock.sleep(delayMs);
  }
}

function sizeBytes({ body }: Message): number {
  return Buffer.byteLength(body);
}

async function sendBatch(options: SqsOverflowOptions, call: readonly Message[], taken: Set<Message>): Promise<void> {
  const Entries = call.map(
    ({ body, group, deduplicationId }, position): SendMessageBatchRequestEntry => ({
      Id: String(position),
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );
  try {
    const answer = await options.client.send(new SendMessageBatchCommand({ QueueUrl: options.queueUrl, Entries }));
    for (const { Id } of answer.Successful ?? []) {
      const message = call[Number(Id)];
      if (message) taken.add(message);
    }
    const codes = [...new Set((answer.Failed ?? []).map(({ Code }) => Code))];
    if (codes.length > 0) options.warn('The overflow queue did not take events', { codes });
  } catch (error) {
    // Nothing of this call is known to be kept: the caller tries again, then tells the producer.
    options.warn('The overflow queue did not answer', { reason: messageOf(error) });
  }
}
