/**
 * Reads one shard from its position on, and spreads its records over the lanes.
 *
 * 1. Records of one key are processed in the order of the shard, whatever the number of lanes.
 * 2. The position only passes a record that is done (processed, reported or filtered out): reading on from it repeats some
 *    records, and misses none.
 * 3. A signal of the stream is answered at once, but for the moment after reads that brought records: under load the stream
 *    signals every write, and one read for many of them costs as much as a read for one. Without signals it is polled ever more rarely.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { PollerContext } from '../event-source-mapping.ts';
import { Wakeup } from '../wakeup.ts';
import { latestPosition } from './latest-position.ts';
import { RecordLane } from './record-lane.ts';
import type { ReadablePosition } from './shard-position.ts';
import type { ShardPage, ShardSource, StreamRecord } from './shard-source.ts';

const MOST_RECORDS_PER_READ = 10_000;
/** How many batches per lane are read ahead. */
const BATCHES_AHEAD = 2;
const SHORTEST_IDLE_MS = 1_000;
const LONGEST_IDLE_MS = 60_000;
const THROTTLED_PAUSE_MS = 200;
const REFUSED_PAUSE_MS = 5_000;
/** From the end of what was there to the next read. */
const GATHERING_MS = 10;

export interface ShardPollerOptions {
  readonly context: PollerContext;
  readonly source: ShardSource;
  readonly shardId: string;
  readonly position: ReadablePosition;
}

export class ShardPoller {
  readonly #options: ShardPollerOptions;
  readonly #lanes: readonly RecordLane[];
  /** Signals, room in the lanes, stop. */
  readonly #wakeup: Wakeup;
  /** Woken by a stop only. */
  readonly #gathering: Wakeup;
  #iterator: string | undefined;
  /** Where a new iterator would have to start. */
  #readPosition: ReadablePosition;
  #lastRead: string | undefined;
  #stopped = false;

  constructor(options: ShardPollerOptions) {
    const { context, source, shardId, position } = options;
    this.#options = options;
    this.#readPosition = position;
    this.#wakeup = new Wakeup(context.cloud.clock);
    this.#gathering = new Wakeup(context.cloud.clock);
    this.#lanes = Array.from(
      { length: context.mapping.settings.parallelizationFactor },
      (_, index) => new RecordLane({ context, source, shardId, index, onProgress: () => this.#progress() }),
    );
  }

  /** Fixes the position: `LATEST` means now, and after a restart too. */
  async open(): Promise<void> {
    const { context, source, shardId } = this.#options;
    const { journal, clock } = context.cloud;
    if (journal.durable && this.#readPosition.type === 'LATEST')
      this.#readPosition = await latestPosition(source, shardId, clock.now());
    context.mapping.checkpoints.setPosition(shardId, this.#readPosition);
    try {
      this.#iterator = await source.iterator(shardId, this.#readPosition);
    } catch (error) {
      if (!isTrimmed(error)) throw error;
      this.#readPosition = { type: 'TRIM_HORIZON' }; // it was down for longer than the stream keeps records
    }
  }

  /** @returns true when the shard is read to its end and all its records are done, false when it was stopped */
  async run(): Promise<boolean> {
    const { cloud } = this.#options.context;
    const { source, shardId } = this.#options;
    const unsubscribe = cloud.signals.subscribe(source.signalsAt ?? source.streamArn, () => this.#wakeup.wake());
    const lanes = this.#lanes.map(lane => lane.run());
    try {
      await this.#readToEnd();
      for (const lane of this.#lanes) lane.finish();
      await Promise.all(lanes);
    } finally {
      unsubscribe();
      source.release?.(shardId);
    }
    if (this.#stopped) return false;
    this.#options.context.mapping.checkpoints.setPosition(this.#options.shardId, { type: 'ENDED' });
    return true;
  }

  stop(): void {
    this.#stopped = true;
    for (const lane of this.#lanes) lane.stop();
    this.#wakeup.wake();
    this.#gathering.wake();
  }

  async #readToEnd(): Promise<void> {
    const isPushed = this.#options.source.signalsAt !== undefined; // what comes in was gathered on its way
    let idleMs = SHORTEST_IDLE_MS;
    let hasRead = false;
    while (!this.#stopped) {
      const room = this.#room();
      if (room === 0) {
        await this.#wakeup.sleep();
        continue;
      }
      const page = await this.#read(room);
      if (!page) continue;
      this.#distribute(page.records);
      if (!page.more) for (const lane of this.#lanes) lane.caughtUp();
      if (page.nextIterator === undefined) return;
      hasRead ||= page.records.length > 0;
      if (page.more) continue;
      if (hasRead) {
        idleMs = SHORTEST_IDLE_MS;
        hasRead = false;
        if (!isPushed) await this.#gathering.sleep(GATHERING_MS);
      }
      await this.#wakeup.sleep(idleMs);
      idleMs = Math.min(idleMs * 2, LONGEST_IDLE_MS);
    }
  }

  /** How many records the lanes can take; a lane that is stuck does not stop the others until it is far behind. */
  #room(): number {
    const { batchSize } = this.#options.context.mapping.settings;
    const ahead = Math.max(batchSize * BATCHES_AHEAD * this.#lanes.length, 100);
    const waiting = this.#lanes.reduce((sum, lane) => sum + lane.waitingCount, 0);
    return Math.min(Math.max(0, ahead - waiting), MOST_RECORDS_PER_READ);
  }

  /** @returns undefined after a pause, when the read was refused */
  async #read(limit: number): Promise<ShardPage | undefined> {
    const { source, shardId } = this.#options;
    try {
      this.#iterator ??= await source.iterator(shardId, this.#readPosition);
      const page = await source.read(shardId, this.#iterator, limit);
      this.#iterator = page.nextIterator;
      return page;
    } catch (error) {
      await this.#recover(error);
      return undefined;
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'ExpiredIteratorException') {
      this.#iterator = undefined;
    } else if (error.code === 'ProvisionedThroughputExceededException') {
      await this.#wakeup.sleep(THROTTLED_PAUSE_MS);
    } else if (isTrimmed(error)) {
      this.#iterator = undefined;
      this.#readPosition = { type: 'TRIM_HORIZON' };
    } else {
      this.#iterator = undefined;
      this.#options.context.report(`PROBLEM: ${error.message}`);
      await this.#wakeup.sleep(REFUSED_PAUSE_MS);
    }
  }

  /** From here on the records count as read: the lanes answer for them. */
  #distribute(records: readonly StreamRecord[]): void {
    const { filter } = this.#options.context;
    for (const record of records) {
      if (filter && !filter(record.json())) continue;
      const lane = this.#lanes[this.#lanes.length === 1 ? 0 : hash(record.key) % this.#lanes.length];
      lane?.push(record);
    }
    const last = records.at(-1);
    if (!last) return;
    this.#lastRead = last.sequenceNumber;
    this.#readPosition = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
  }

  #progress(): void {
    const { context, shardId } = this.#options;
    const first = oldest(this.#lanes.flatMap(lane => lane.firstPending ?? []));
    const { checkpoints } = context.mapping;
    if (first) {
      checkpoints.setPosition(shardId, { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: first.sequenceNumber });
    } else if (this.#lastRead !== undefined) {
      checkpoints.setPosition(shardId, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: this.#lastRead });
    }
    this.#wakeup.wake();
  }
}

function oldest(records: readonly StreamRecord[]): StreamRecord | undefined {
  if (records.length < 2) return records[0];
  return records.reduce((a, b) => (BigInt(a.sequenceNumber) <= BigInt(b.sequenceNumber) ? a : b));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function isTrimmed(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TrimmedDataAccessException';
}
