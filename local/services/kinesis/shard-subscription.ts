/**
 * A consumer's subscription to a shard: the events of `SubscribeToShard`, made one by one as they are asked for.
 *
 * 1. Every record from the starting position on is in exactly one event, in the order of the shard; a subscription that
 *    starts after an event's continuation number goes on where that event ended.
 * 2. It keeps nothing but its place in the shard: who asks slowly is behind, and costs no memory.
 * 3. It ends after five minutes, at the end of a closed shard (with the shard's children), when another takes its place,
 *    when its stream or consumer is deleted, and when it is let go. Whoever waits for an event is told at once.
 */
import type { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { Cancel } from '../../time/clock.ts';
import { type KinesisEngine, putMetric } from './kinesis-engine.ts';
import { type RecordPage, readPage } from './record-page.ts';
import { sequenceNumber } from './sequence-number.ts';
import { nextOrdinal, recordAt, type Shard } from './shard.ts';
import { expire, type Stream, type StreamConsumer } from './stream.ts';
import { childShards } from './stream-description.ts';
import { PushAllowance } from './throughput.ts';

const LIFETIME_MS = 300_000;
/** How often a consumer hears that there is nothing (observed, not documented). */
const HEARTBEAT_MS = 5_000;
/** In one event, unless one record alone is larger. */
const EVENT_BYTES = 1024 * 1024;
const EVENT_RECORDS = 10_000;

export interface SubscriptionPlace {
  readonly stream: Stream;
  readonly shard: Shard;
  readonly consumer: StreamConsumer;
  /** The ordinal of the first record to be sent. */
  readonly ordinal: number;
}

/** An event as it stands in the stream of events. */
export interface SubscriptionEvent extends JsonObject {
  readonly SubscribeToShardEvent: JsonObject;
}

type End = { readonly error?: AwsError };

export class ShardSubscription implements AsyncIterableIterator<SubscriptionEvent> {
  readonly #engine: KinesisEngine;
  readonly #place: SubscriptionPlace;
  readonly #allowance = new PushAllowance();
  readonly #letGo: readonly Cancel[];
  #ordinal: number;
  /** When the next event is due even if there is nothing to say. */
  #heartbeatMs: number;
  #end: End | undefined;
  #wake: () => void = () => {};

  constructor(engine: KinesisEngine, place: SubscriptionPlace) {
    const { clock, signals } = engine.cloud;
    this.#engine = engine;
    this.#place = place;
    this.#ordinal = place.ordinal;
    this.#heartbeatMs = clock.now();
    this.#letGo = [
      signals.subscribe(place.stream.arn, () => this.#wake()),
      clock.schedule(LIFETIME_MS, () => this.end()),
    ];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws AwsError when another subscription has taken the place, or the stream or consumer has gone */
  async next(): Promise<IteratorResult<SubscriptionEvent>> {
    for (;;) {
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return { done: true, value: undefined };
      const event = this.#nextEvent();
      if (event) return { done: false, value: { SubscribeToShardEvent: event } };
      await this.#somethingNew();
    }
  }

  async return(): Promise<IteratorResult<SubscriptionEvent>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** Ends the subscription: quietly, or for a reason. */
  end(error?: AwsError): void {
    if (this.#end) return;
    this.#end = error ? { error } : {};
    for (const cancel of this.#letGo) cancel();
    this.#wake();
  }

  /** @returns undefined while there is nothing to be said, or the consumer's throughput is used up */
  #nextEvent(): JsonObject | undefined {
    const { stream, shard } = this.#place;
    const nowMs = this.#engine.cloud.clock.now();
    expire(stream, nowMs);
    const from = Math.max(this.#ordinal, shard.firstOrdinal);
    const readable = this.#allowance.readyInMs(nowMs) === 0 ? EVENT_RECORDS : 0;
    const page = readPage(shard, { from, records: readable, bytes: EVENT_BYTES });
    const isEnd = shard.closedMs !== undefined && page.next >= nextOrdinal(shard);
    if (page.records.length === 0 && !isEnd && nowMs < this.#heartbeatMs) return undefined;
    this.#ordinal = page.next;
    this.#heartbeatMs = nowMs + HEARTBEAT_MS;
    this.#allowance.spend(nowMs, page.bytes);
    if (isEnd) this.end();
    return this.#describe(page, nowMs, isEnd);
  }

  #describe(page: RecordPage, nowMs: number, isEnd: boolean): JsonObject {
    const { stream, shard } = this.#place;
    const waiting = recordAt(shard, page.next);
    const behindMs = waiting ? nowMs - (page.records.length > 0 ? page.lastArrivalMs : waiting.arrivalMs) : 0;
    this.#count({ 'SubscribeToShardEvent.Bytes': page.bytes, 'SubscribeToShardEvent.Records': page.records.length });
    this.#count({ 'SubscribeToShardEvent.MillisBehindLatest': behindMs });
    return {
      Records: page.records,
      MillisBehindLatest: behindMs,
      ...(isEnd
        ? { ChildShards: childShards(stream, shard) }
        : { ContinuationSequenceNumber: sequenceNumber(shard.prefix, page.next - 1) }),
    };
  }

  #count(metrics: Readonly<Record<string, number>>): void {
    const { stream, consumer } = this.#place;
    for (const [name, value] of Object.entries(metrics))
      putMetric(this.#engine, stream, { name, value, dimensions: { ConsumerName: consumer.name } });
  }

  /** Records, throughput, or the time of the next heartbeat; or the end. */
  #somethingNew(): Promise<void> {
    const { clock } = this.#engine.cloud;
    const nowMs = clock.now();
    const readyInMs = this.#allowance.readyInMs(nowMs);
    const waitMs = Math.min(this.#heartbeatMs - nowMs, readyInMs > 0 ? readyInMs : HEARTBEAT_MS);
    return new Promise(resolve => {
      const cancel = clock.schedule(waitMs, () => this.#wake());
      this.#wake = () => {
        cancel();
        this.#wake = () => {};
        resolve();
      };
    });
  }
}
