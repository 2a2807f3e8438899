/**
 * The records of one shard that wait for one concurrent batch (`ParallelizationFactor` lanes per shard; a key always has
 * the same lane). Takes batches by size and time, and has them processed one after the other.
 */
import type { PollerContext } from '../event-source-mapping.ts';
import { Wakeup } from '../wakeup.ts';
import { type BatchDeliveryOptions, deliverBatches } from './batch-delivery.ts';
import { LaneResumption } from './lane-resumption.ts';
import type { StreamBatch } from './next-step.ts';
import type { ShardSource, StreamRecord } from './shard-source.ts';
import { TumblingWindow } from './tumbling-window.ts';

/** What an event may hold: the limit on the payload of an invocation. */
const LARGEST_BATCH_BYTES = 6 * 2 ** 20;

export interface RecordLaneOptions {
  readonly context: PollerContext;
  readonly source: ShardSource;
  readonly shardId: string;
  /** Among the lanes of the shard. */
  readonly index: number;
  /** A batch has been processed: there is room, and the position may have moved. */
  readonly onProgress: () => void;
}

export class RecordLane {
  readonly #options: RecordLaneOptions;
  readonly #news: Wakeup;
  readonly #pause: Wakeup;
  readonly #window: TumblingWindow | undefined;
  /** Settings may change while the lane comes to its end. */
  readonly #laneCount: number;
  /** Where an earlier poller was. */
  readonly #resumption: LaneResumption;
  #waiting: StreamRecord[] = [];
  /** Taken from those that wait, and not done. */
  #pending: readonly StreamBatch[] = [];
  #doneThrough: string | undefined;
  #waitingSinceMs = 0;
  #stopped = false;
  #noMoreRecords = false;
  /** What was there when the lane began has been read: a window may end because its time is over. */
  #isCaughtUp = false;

  constructor(options: RecordLaneOptions) {
    const { cloud, mapping } = options.context;
    const { tumblingWindowMs, parallelizationFactor } = mapping.settings;
    const kept = mapping.checkpoints.lane(options.shardId, options.index);
    const progress = kept?.laneCount === parallelizationFactor ? kept : undefined;
    this.#options = options;
    this.#laneCount = parallelizationFactor;
    this.#news = new Wakeup(cloud.clock);
    this.#pause = new Wakeup(cloud.clock);
    this.#resumption = new LaneResumption(progress);
    this.#doneThrough = progress?.doneThrough;
    if (tumblingWindowMs > 0) {
      this.#window = new TumblingWindow(
        { sizeMs: tumblingWindowMs, shardId: options.shardId, eventSourceArn: mapping.eventSourceArn },
        progress?.window,
      );
    }
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The oldest record that is not done. */
  get firstPending(): StreamRecord | undefined {
    return this.#pending[0]?.records[0] ?? this.#waiting[0];
  }

  push(record: StreamRecord): void {
    if (this.#resumption.isDone(record)) return;
    if (this.#waiting.length === 0) this.#waitingSinceMs = this.#now();
    this.#waiting.push(record);
    const { batchSize } = this.#options.context.mapping.settings;
    const { length } = this.#waiting;
    if (length === 1 || length >= batchSize || this.#resumption.hasBatches) this.#news.wake();
  }

  caughtUp(): void {
    if (this.#isCaughtUp) return;
    this.#isCaughtUp = true;
    this.#news.wake();
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
      if (this.#resumption.hasBatches && this.#waiting.length > 0) {
        if (this.#resumption.isReady(this.#waiting, this.#noMoreRecords)) await this.#resume();
        else await this.#news.sleep();
        continue;
      }
      await this.#closeWindowWhenDue();
      if (this.#waiting.length === 0) {
        if (this.#noMoreRecords) break;
        await this.#news.sleep(this.#isCaughtUp ? this.#window?.msUntilEnd(this.#now()) : undefined);
        continue;
      }
      const waitMs = this.#msUntilBatch();
      if (waitMs > 0) {
        await this.#news.sleep(waitMs);
        continue;
      }
      await this.#options.context.untilFree();
      if (!this.#stopped) await this.#deliver([{ records: this.#takeBatch(), attempts: 0 }]);
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
    return this.#take(count);
  }

  #take(count: number): readonly StreamRecord[] {
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingSinceMs = this.#now();
    return batch;
  }

  /** Takes up the batches that an earlier poller had under way. */
  async #resume(): Promise<void> {
    const batches = this.#resumption.takeBatches(this.#waiting);
    const count = batches.reduce((sum, { records }) => sum + records.length, 0);
    const first = this.#take(count)[0];
    if (!first) return;
    this.#window?.open(first.arrivalMs);
    await this.#deliver(batches);
  }

  async #deliver(batches: readonly StreamBatch[]): Promise<void> {
    this.#pending = batches;
    await deliverBatches(batches, this.#deliveryOptions());
    if (this.#window?.isTooLarge) await this.#deliverEndOfWindow();
  }

  /** A window ends when its time is over, or when the next record lies behind it. */
  async #closeWindowWhenDue(): Promise<void> {
    const next = this.#waiting[0];
    if (!this.#window?.isOpen) return;
    const isOver = this.#isCaughtUp && this.#window.msUntilEnd(this.#now()) === 0;
    if (next ? !this.#window.covers(next.arrivalMs) : isOver) await this.#deliverEndOfWindow();
  }

  async #deliverEndOfWindow(): Promise<void> {
    this.#window?.beginLastInvocation();
    const isDone = await deliverBatches([{ records: [], attempts: 0 }], this.#deliveryOptions());
    if (!isDone) return;
    this.#window?.close();
    this.#keepProgress();
  }

  #deliveryOptions(): BatchDeliveryOptions {
    const { context, source, shardId } = this.#options;
    const window = this.#window;
    return {
      context,
      source,
      shardId,
      wakeup: this.#pause,
      stopped: () => this.#stopped,
      onProgress: pending => this.#progress(pending),
      ...(window ? { eventMembers: () => window.eventMembers(), judge: payload => window.judge(payload) } : {}),
    };
  }

  #progress(pending: readonly StreamBatch[]): void {
    const next = pending[0]?.records[0];
    const taken = this.#pending.flatMap(({ records }) => records);
    const doneCount = next ? taken.indexOf(next) : taken.length;
    this.#doneThrough = taken[doneCount - 1]?.sequenceNumber ?? this.#doneThrough;
    this.#pending = pending;
    this.#keepProgress();
    this.#options.onProgress();
  }

  /** What the position of the shard does not say. */
  #keepProgress(): void {
    const { context, shardId, index } = this.#options;
    const laneCount = this.#laneCount;
    const batches = this.#pending.flatMap(({ records, attempts }) => {
      const last = records.at(-1);
      return last ? [{ lastSequenceNumber: last.sequenceNumber, attempts }] : [];
    });
    const wasTried = batches.length > 1 || batches.some(({ attempts }) => attempts > 0);
    const window = this.#window?.current;
    const progress = {
      laneCount,
      ...(laneCount > 1 && this.#doneThrough !== undefined ? { doneThrough: this.#doneThrough } : {}),
      ...(wasTried ? { batches } : {}),
      ...(window ? { window } : {}),
    };
    const saysMore = Object.keys(progress).length > 1;
    context.mapping.checkpoints.setLane(shardId, index, saysMore ? progress : undefined);
  }
}
