/**
 * Receives messages and feeds the function, several batches at once.
 *
 * 1. A message is deleted when the function has processed it or the filter has refused it, and never otherwise: what fails
 *    comes back when its visibility timeout ends, and the queue counts its receives.
 * 2. At most `MaximumConcurrency` batches are under way; without that setting the number starts at five and grows while
 *    there is a backlog.
 * 3. A throttled call is repeated until the visibility timeout of its messages is over.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { queueUrl } from '../../destination.ts';
import type { FunctionAnswer, Poller, PollerContext } from '../event-source-mapping.ts';
import { readBatchReport } from '../partial-batch-response.ts';
import { filterableJson } from '../record-filter.ts';
import { Wakeup } from '../wakeup.ts';
import { queueRecord, type ReceivedMessage } from './queue-message.ts';

const MOST_PER_CALL = 10;
const LARGEST_BATCH_BYTES = 6 * 2 ** 20;
const ENVELOPE_BYTES = 1_000;
const FIRST_CONCURRENCY = 5;
const MOST_CONCURRENCY = 1_250;
/** 300 a minute, as AWS grows. */
const GROWTH_PER_SECOND = 5;
const GROWTH_EVERY_MS = 1_000;
const SHORTEST_IDLE_MS = 1_000;
const LONGEST_IDLE_MS = 20_000;
const FIRST_THROTTLE_PAUSE_MS = 200;
const LONGEST_THROTTLE_PAUSE_MS = 5_000;
const DEFAULT_VISIBILITY_MS = 30_000;

export class QueuePoller implements Poller {
  readonly #context: PollerContext;
  readonly #queueUrl: string;
  readonly #wakeup: Wakeup;
  readonly #underWay = new Set<Promise<void>>();
  #visibilityMs = DEFAULT_VISIBILITY_MS;
  #grownConcurrency = FIRST_CONCURRENCY;
  #grownAtMs = 0;
  #idleMs = SHORTEST_IDLE_MS;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => {};

  constructor(context: PollerContext) {
    this.#context = context;
    this.#queueUrl = queueUrl(context.cloud, context.mapping.eventSourceArn);
    this.#wakeup = new Wakeup(context.cloud.clock);
  }

  async start(): Promise<void> {
    const { cloud, mapping } = this.#context;
    const { Attributes } = await this.#call<{ Attributes?: Record<string, string> }>('GetQueueAttributes', {
      AttributeNames: ['VisibilityTimeout'],
    });
    this.#visibilityMs = Number(Attributes?.VisibilityTimeout ?? DEFAULT_VISIBILITY_MS / 1000) * 1000;
    this.#unsubscribe = cloud.signals.subscribe(mapping.eventSourceArn, () => this.#wakeup.wake());
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#wakeup.wake();
    await this.#loop;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#underWay.size >= this.#allowedConcurrency()) {
        await this.#wakeup.sleep(GROWTH_EVERY_MS);
        continue;
      }
      const batch = await this.#gather();
      if (batch.length === 0) {
        await this.#wakeup.sleep(this.#idleMs);
        this.#idleMs = Math.min(this.#idleMs * 2, LONGEST_IDLE_MS);
        continue;
      }
      this.#idleMs = SHORTEST_IDLE_MS;
      const work = this.#process(batch).finally(() => {
        this.#underWay.delete(work);
        this.#wakeup.wake();
      });
      this.#underWay.add(work);
    }
  }

  #allowedConcurrency(): number {
    const { maximumConcurrency } = this.#context.mapping.settings;
    if (maximumConcurrency !== undefined) return maximumConcurrency;
    const nowMs = this.#context.cloud.clock.now();
    if (this.#underWay.size === 0) {
      this.#grownConcurrency = FIRST_CONCURRENCY;
      this.#grownAtMs = nowMs;
    } else if (this.#underWay.size >= this.#grownConcurrency && nowMs - this.#grownAtMs >= GROWTH_EVERY_MS) {
      this.#grownConcurrency = Math.min(this.#grownConcurrency + GROWTH_PER_SECOND, MOST_CONCURRENCY);
      this.#grownAtMs = nowMs;
    }
    return this.#grownConcurrency;
  }

  /** Receives until the batch is full or the batching window, if there is one, is over. */
  async #gather(): Promise<ReceivedMessage[]> {
    const { clock } = this.#context.cloud;
    const { batchSize, batchingWindowMs } = this.#context.mapping.settings;
    const batch: ReceivedMessage[] = [];
    let sizeBytes = 0;
    let untilMs = Number.POSITIVE_INFINITY;
    while (!this.#stopped && batch.length < batchSize && sizeBytes < LARGEST_BATCH_BYTES) {
      const received = await this.#receive(Math.min(MOST_PER_CALL, batchSize - batch.length));
      const passed = await this.#filter(received);
      for (const message of passed) sizeBytes += message.Body.length + ENVELOPE_BYTES;
      if (batch.length === 0 && passed.length > 0) untilMs = clock.now() + batchingWindowMs;
      batch.push(...passed);
      if (batch.length === 0 && received.length > 0) continue; // all were filtered out: there may be more
      const leftMs = untilMs - clock.now();
      if (batch.length === 0 || batchingWindowMs === 0 || leftMs <= 0) break;
      if (received.length < MOST_PER_CALL && batch.length < batchSize) await this.#wakeup.sleep(leftMs);
    }
    return batch;
  }

  async #receive(count: number): Promise<readonly ReceivedMessage[]> {
    try {
      const answer = await this.#call<{ Messages?: ReceivedMessage[] }>('ReceiveMessage', {
        MaxNumberOfMessages: count,
        WaitTimeSeconds: 0,
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return answer.Messages ?? [];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#context.report(`PROBLEM: ${error.message}`);
      return [];
    }
  }

  /** What the filter refuses is deleted at once. */
  async #filter(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    const { filter } = this.#context;
    if (!filter || messages.length === 0) return messages;
    const passed = new Set(
      messages.filter(message => filter(filterableJson(this.#record(message), 'body', message.Body))),
    );
    await this.#delete(messages.filter(message => !passed.has(message)));
    return [...passed];
  }

  #record(message: ReceivedMessage): JsonObject {
    const { cloud, mapping } = this.#context;
    const windowed = mapping.settings.batchingWindowMs > 0;
    return queueRecord(message, { arn: mapping.eventSourceArn, region: cloud.region, windowed });
  }

  async #process(batch: readonly ReceivedMessage[]): Promise<void> {
    const payload = JSON.stringify({ Records: batch.map(message => this.#record(message)) });
    const answer = await this.#callWhileVisible(payload);
    const processed = this.#processed(batch, answer);
    this.#context.report(processed.length === batch.length ? 'OK' : 'PROBLEM: Function call failed');
    await this.#delete(processed);
  }

  async #callWhileVisible(payload: string): Promise<FunctionAnswer> {
    const { clock } = this.#context.cloud;
    const untilMs = clock.now() + this.#visibilityMs;
    for (let throttled = 0; ; throttled++) {
      const answer = await this.#context.callFunction(payload);
      const pauseMs = Math.min(FIRST_THROTTLE_PAUSE_MS * 2 ** throttled, LONGEST_THROTTLE_PAUSE_MS);
      if (answer.kind !== 'throttled' || this.#stopped || clock.now() + pauseMs >= untilMs) return answer;
      await clock.sleep(pauseMs);
    }
  }

  #processed(batch: readonly ReceivedMessage[], answer: FunctionAnswer): readonly ReceivedMessage[] {
    if (answer.kind !== 'answered' || answer.functionError) return [];
    if (!this.#context.mapping.settings.reportBatchItemFailures) return batch;
    const report = readBatchReport(answer.payload, new Set(batch.map(message => message.MessageId)));
    switch (report.kind) {
      case 'success':
        return batch;
      case 'failure':
        return [];
      case 'partial':
        return batch.filter(message => !report.failed.has(message.MessageId));
    }
  }

  async #delete(messages: readonly ReceivedMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += MOST_PER_CALL) {
      const entries = messages
        .slice(from, from + MOST_PER_CALL)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      try {
        await this.#call('DeleteMessageBatch', { Entries: entries });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.#context.report(`PROBLEM: ${error.message}`); // they come back, and are tried again
      }
    }
  }

  #call<Output = JsonObject>(operation: string, input: JsonObject): Promise<Output> {
    return this.#context.cloud.call<Output>({
      service: 'sqs',
      operation,
      input: { QueueUrl: this.#queueUrl, ...input },
      principal: this.#context.principal(),
    });
  }
}
