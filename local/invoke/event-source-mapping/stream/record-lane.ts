/**
 * The records of one shard that wait for one concurrent batch (`ParallelizationFactor` lanes per shard; a key always has
 * the same lane). Takes batches by size and time, and has them processed one after the other.
 */
import type { PollerContext } from '../event-source-mapping.ts';
import { Wakeup } from '../wakeup.ts';
import { type BatchDeliveryOptions, deliverBatch } from './batch-delivery.ts';
import type { ShardSource, StreamRecord } from './shard-source.ts';
import { TumblingWindow } from './tumbling-window.ts';

/** What an event may hold: the limit on the payload of an invocation. */
const LARGEST_BATCH_BYTES = 6 * 2 ** 20;

export interface RecordLaneOptions {
  readonly context: PollerContext;
  readonly source: ShardSource;
  readonly shardId: string;
  /** A batch has been processed: there is room, and the position may have moved. */
  readonly onProgress: () => void;
}

export class RecordLane {
  readonly #options: RecordLaneOptions;
  readonly #news: Wakeup;
  readonly #pause: Wakeup;
  readonly #window: TumblingWindow | undefined;
  #waiting: StreamRecord[] = [];
  #firstUndelivered: StreamRecord | undefined;
  #waitingSinceMs = 0;
  #stopped = false;
  #noMoreRecords = false;

  constructor(options: RecordLaneOptions) {
    const { cloud, mapping } = options.context;
    this.#options = options;
    this.#news = new Wakeup(cloud.clock);
    this.#pause = new Wakeup(cloud.clock);
    if (mapping.settings.tumblingWindowMs > 0) {
      this.#window = new TumblingWindow({
        sizeMs: mapping.settings.tumblingWindowMs,
        shardId: options.shardId,
        eventSourceArn: mapping.eventSourceArn,
      });
    }
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The oldest record that is not done. */
  get firstPending(): StreamRecord | undefined {
    return this.#firstUndelivered ?? this.#waiting[0];
  }

  push(record: StreamRecord): void {
    if (this.#waiting.length === 0) this.#waitingSinceMs = this.#options.context.cloud.clock.now();
    this.#waiting.push(record);
    if (this.#waiting.length === 1 || this.#waiting.length >= this.#options.context.mapping.settings.batchSize) {
      this.#news.wake();
    }
  }

  /** The shard has ended: what waits is processed without waiting for more. */
  finish(): void {
    this.#noMoreRecords = true;
    this.#news.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#news.wake();
    this.#pause.wake();
  }

  /** Resolves when the lane is stopped, or finished and empty. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await this.#closeWindowWhenDue();
      if (this.#waiting.length === 0) {
        if (this.#noMoreRecords) break;
        await this.#news.sleep(this.#window?.msUntilEnd(this.#now()));
        continue;
      }
      const waitMs = this.#msUntilBatch();
      if (waitMs > 0) await this.#news.sleep(waitMs);
      else await this.#deliver(this.#takeBatch());
    }
    if (!this.#stopped && this.#window?.isOpen) await this.#deliverEndOfWindow();
  }

  #now(): number {
    return this.#options.context.cloud.clock.now();
  }

  #msUntilBatch(): number {
    const { batchSize, batchingWindowMs } = this.#options.context.mapping.settings;
    if (batchingWindowMs === 0 || this.#waiting.length >= batchSize || this.#noMoreRecords) return 0;
    return this.#waitingSinceMs + batchingWindowMs - this.#now();
  }

  #takeBatch(): readonly StreamRecord[] {
    const { batchSize } = this.#options.context.mapping.settings;
    let sizeBytes = 0;
    let count = 0;
    for (const record of this.#waiting) {
      sizeBytes += record.sizeBytes;
      if (count === batchSize || (count > 0 && sizeBytes > LARGEST_BATCH_BYTES)) break;
      if (this.#window && count > 0 && !this.#window.covers(record.arrivalMs)) break;
      if (count === 0) this.#window?.open(record.arrivalMs);
      count++;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingSinceMs = this.#now();
    return batch;
  }

  async #deliver(batch: readonly StreamRecord[]): Promise<void> {
    this.#firstUndelivered = batch[0];
    await deliverBatch(batch, this.#deliveryOptions());
    if (this.#window?.isTooLarge) await this.#deliverEndOfWindow();
  }

  /** A window ends when its time is over, or when the next record lies behind it. */
  async #closeWindowWhenDue(): Promise<void> {
    const next = this.#waiting[0];
    if (!this.#window?.isOpen) return;
    const ended = next ? !this.#window.covers(next.arrivalMs) : this.#window.msUntilEnd(this.#now()) === 0;
    if (ended) await this.#deliverEndOfWindow();
  }

  async #deliverEndOfWindow(): Promise<void> {
    this.#window?.beginLastInvocation();
    await deliverBatch([], this.#deliveryOptions());
    this.#window?.close();
  }

  #deliveryOptions(): BatchDeliveryOptions {
    const { context, source, shardId, onProgress } = this.#options;
    const window = this.#window;
    return {
      context,
      source,
      shardId,
      wakeup: this.#pause,
      stopped: () => this.#stopped,
      onProgress: firstPending => {
        this.#firstUndelivered = firstPending;
        onProgress();
      },
      ...(window ? { eventMembers: () => window.eventMembers(), judge: payload => window.judge(payload) } : {}),
    };
  }
}
