/**
 * Reads the shards of a Kinesis stream as a registered consumer: what `SubscribeToShard` pushes is kept until it is asked for.
 *
 * 1. One event per shard is taken at a time, and the next one asked for when its records have all been given out.
 * 2. A subscription that ends by time is renewed after the last event, so that nothing is missed or given twice.
 * 3. While another reader holds the shard (for five seconds after its start) there is nothing to read, and no error.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { ReadablePosition } from './shard-position.ts';

/** The members of a pushed event that matter here. */
interface ShardEvent<Pushed> {
  readonly Records: readonly Pushed[];
  /** Missing at the end of a closed shard. */
  readonly ContinuationSequenceNumber?: string;
}

type Events<Pushed> = AsyncIterator<{ readonly SubscribeToShardEvent: ShardEvent<Pushed> }>;

export interface ConsumerSubscriptionsOptions {
  readonly consumerArn: string;
  readonly nowMs: () => number;
  /** Calls Kinesis as the function's role. */
  readonly call: <Output>(operation: string, input: JsonObject) => Promise<Output>;
  /** There is something to read. */
  readonly notify: () => void;
}

export interface PushedPage<Pushed> {
  readonly records: readonly Pushed[];
  readonly more: boolean;
  /** The shard is closed and this is its end. */
  readonly isEnd: boolean;
}

interface SubscribedShard<Pushed> {
  /** As asked for. */
  readonly openedAt: ReadablePosition;
  /** Records have been given out. */
  hasGiven: boolean;
  /** Where the next subscription begins. */
  position: ReadablePosition;
  events: Events<Pushed> | undefined;
  isAwaiting: boolean;
  arrived: Pushed[];
  isEnd: boolean;
  failure: unknown;
}

export class ConsumerSubscriptions<Pushed> {
  readonly #options: ConsumerSubscriptionsOptions;
  readonly #shards = new Map<string, SubscribedShard<Pushed>>();

  constructor(options: ConsumerSubscriptionsOptions) {
    this.#options = options;
  }

  /** Subscribes at once, so that `LATEST` means now; a subscription that stands at this very position is kept. */
  async open(shardId: string, position: ReadablePosition): Promise<void> {
    const known = this.#shards.get(shardId);
    if (known && !known.hasGiven && JSON.stringify(known.openedAt) === JSON.stringify(position)) return;
    this.release(shardId);
    const shard = newlyOpened<Pushed>(position);
    this.#shards.set(shardId, shard);
    await this.#subscribe(shardId, shard);
    if (position.type === 'LATEST' && !shard.events)
      shard.position = { type: 'AT_TIMESTAMP', timestampMs: this.#options.nowMs() };
  }

  /** What has been pushed so far and not yet given out. @throws AwsError when the subscription has failed */
  async read(shardId: string, limit: number): Promise<PushedPage<Pushed>> {
    const shard = this.#shards.get(shardId);
    if (!shard) throw new Error(`Cannot read ${shardId}: it has not been opened`);
    if (shard.failure !== undefined) {
      this.#shards.delete(shardId);
      throw shard.failure;
    }
    if (!shard.events && !shard.isEnd) await this.#subscribe(shardId, shard);
    const records = shard.arrived.splice(0, limit);
    if (records.length > 0) shard.hasGiven = true;
    const more = shard.arrived.length > 0;
    if (!more) this.#awaitEvent(shard);
    return { records, more, isEnd: shard.isEnd && !more };
  }

  /** Lets go of the subscription, if there is one. */
  release(shardId: string): void {
    void this.#shards.get(shardId)?.events?.return?.();
    this.#shards.delete(shardId);
  }

  async #subscribe(shardId: string, shard: SubscribedShard<Pushed>): Promise<void> {
    const { call, consumerArn } = this.#options;
    const { position } = shard;
    const StartingPosition = {
      Type: position.type,
      ...('sequenceNumber' in position ? { SequenceNumber: position.sequenceNumber } : {}),
      ...('timestampMs' in position ? { Timestamp: position.timestampMs / 1000 } : {}),
    };
    try {
      const input = { ConsumerARN: consumerArn, ShardId: shardId, StartingPosition };
      const { EventStream } = await call<{ EventStream: { [Symbol.asyncIterator](): Events<Pushed> } }>(
        'SubscribeToShard',
        input,
      );
      const events = EventStream[Symbol.asyncIterator]();
      if (this.#shards.get(shardId) === shard) shard.events = events;
      else void events.return?.(); // released meanwhile
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'ResourceInUseException')) throw error; // invariant 3
    }
  }

  #awaitEvent(shard: SubscribedShard<Pushed>): void {
    if (!shard.events || shard.isAwaiting || shard.isEnd) return;
    shard.isAwaiting = true;
    shard.events
      .next()
      .then(
        step => take(shard, step.done ? undefined : step.value.SubscribeToShardEvent),
        error => {
          shard.failure = error;
        },
      )
      .finally(() => {
        shard.isAwaiting = false;
        this.#options.notify();
      });
  }
}

function newlyOpened<Pushed>(position: ReadablePosition): SubscribedShard<Pushed> {
  return {
    openedAt: position,
    hasGiven: false,
    position,
    events: undefined,
    isAwaiting: false,
    arrived: [],
    isEnd: false,
    failure: undefined,
  };
}

/** Without an event the subscription is over. */
function take<Pushed>(shard: SubscribedShard<Pushed>, event: ShardEvent<Pushed> | undefined): void {
  if (!event) {
    shard.events = undefined;
    return;
  }
  shard.arrived.push(...event.Records);
  const sequenceNumber = event.ContinuationSequenceNumber;
  if (sequenceNumber === undefined) shard.isEnd = true;
  else shard.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber };
}
