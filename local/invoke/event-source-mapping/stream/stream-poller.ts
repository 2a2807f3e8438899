/**
 * Reads all shards of a stream.
 *
 * 1. A shard is not read before its parents are read to their end and processed: order per key holds over re-sharding.
 * 2. Where a mapping starts is fixed when `start` resolves; shards that come into being later are read from their beginning.
 * 3. Shards are opened by one look at the stream at a time, so that none is opened twice.
 */
import type { Poller, PollerContext } from '../event-source-mapping.ts';
import { Wakeup } from '../wakeup.ts';
import { ShardPoller } from './shard-poller.ts';
import type { ReadablePosition, ShardPosition, StartingPosition } from './shard-position.ts';
import type { ShardSource, SourceShard } from './shard-source.ts';

/** How often to look for shards while there is none to read, and for children of a shard that has ended. */
const LOOK_AGAIN_MS = 1_000;

export class StreamPoller implements Poller {
  readonly #context: PollerContext;
  readonly #source: ShardSource;
  readonly #running = new Map<string, { readonly poller: ShardPoller; readonly ended: Promise<void> }>();
  readonly #pause: Wakeup;
  #stopped = false;
  /** A shard has ended, or there was none, while shards were being opened. */
  #isNews = false;
  #opening: Promise<void> | undefined;

  constructor(context: PollerContext, source: ShardSource) {
    this.#context = context;
    this.#source = source;
    this.#pause = new Wakeup(context.cloud.clock);
  }

  start(): Promise<void> {
    const { mapping } = this.#context;
    return this.#alone(async () => {
      const shards = await this.#source.listShards();
      if (mapping.checkpoints.isEmpty) this.#fixStart(shards, mapping.startingPosition ?? { type: 'TRIM_HORIZON' });
      await this.#openReady(shards);
      if (this.#running.size === 0) this.#isNews = true;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.wake();
    const running = [...this.#running.values()];
    for (const { poller } of running) poller.stop();
    const opened = this.#opening?.catch(() => {}); // whoever started it hears of it
    await Promise.all([...running.map(({ ended }) => ended), opened]);
  }

  /** `LATEST` reads the open shards from now on and takes the closed ones, which hold only old records, for read. */
  #fixStart(shards: readonly SourceShard[], start: StartingPosition): void {
    const { checkpoints } = this.#context.mapping;
    for (const { shardId, open } of shards) {
      checkpoints.setPosition(shardId, start.type === 'LATEST' && !open ? { type: 'ENDED' } : start);
    }
  }

  /** Reads the shards that are not read yet although their parents are done. */
  async #openReady(shards: readonly SourceShard[]): Promise<void> {
    const { checkpoints } = this.#context.mapping;
    const listed = new Set(shards.map(({ shardId }) => shardId));
    for (const { shardId, parentIds } of shards) {
      const position: ShardPosition = checkpoints.position(shardId) ?? { type: 'TRIM_HORIZON' };
      if (position.type === 'ENDED' || this.#running.has(shardId) || this.#stopped) continue;
      const parentsDone = parentIds.every(id => !listed.has(id) || checkpoints.position(id)?.type === 'ENDED');
      if (parentsDone) await this.#open(shardId, position);
    }
  }

  async #open(shardId: string, position: ReadablePosition): Promise<void> {
    const poller = new ShardPoller({ context: this.#context, source: this.#source, shardId, position });
    await poller.open();
    const ended = poller.run().then(readToEnd => {
      if (!readToEnd) return;
      this.#running.delete(shardId);
      this.#lookForShards();
    });
    this.#running.set(shardId, { poller, ended });
    if (this.#stopped) poller.stop();
  }

  #lookForShards(): void {
    if (this.#opening) this.#isNews = true;
    else void this.#alone(() => this.#look());
  }

  /** Has shards opened, and again when one has ended meanwhile: it may have come too late for what its children wait for. */
  #alone(open: () => Promise<void>): Promise<void> {
    this.#opening = open().finally(() => {
      this.#opening = undefined;
      if (!this.#isNews) return;
      this.#isNews = false;
      this.#lookForShards();
    });
    return this.#opening;
  }

  /** Asks for new shards until all that are left are being read. */
  async #look(): Promise<void> {
    while (!this.#stopped) {
      try {
        const shards = await this.#source.listShards();
        await this.#openReady(shards);
        if (shards.length > 0 && this.#running.size > 0) return;
      } catch (error) {
        this.#context.report(`PROBLEM: ${error instanceof Error ? error.message : error}`);
      }
      await this.#pause.sleep(LOOK_AGAIN_MS);
    }
  }
}
