import type { Journal, Touch } from '../../../cloud/journal.ts';
import { busEvent, type EventMembers, eventMembers } from '../bus-event.ts';
import type { Target } from '../event-bus.ts';
import type { TargetCall, TargetedRule } from './target-call.ts';
import { targetInput } from './target-input.ts';

/** An event on its way to a target, until the target or its dead-letter queue has it or it is dropped. */
export interface Delivery {
  readonly key: string;
  readonly call: TargetCall;
  readonly startedMs: number;
  progress: DeliveryProgress;
}

export interface DeliveryProgress {
  readonly retries: number;
  /** When the next attempt begins, or the one that is under way began. */
  readonly nextAttemptMs: number;
}

interface StoredDelivery {
  readonly event: EventMembers;
  /** Both as they were when the rule matched: the delivery ends as it began. */
  readonly rule: TargetedRule;
  readonly target: Target;
  readonly deliveryId: string;
  readonly startedMs: number;
}

/**
 * The deliveries under way, kept in the journal: what is delivered once, and how far it is in a small record beside it.
 * Without durability they are not remembered at all: their timers hold them.
 */
export class PendingDeliveries {
  readonly #pending = new Map<string, Delivery>();
  readonly #isDurable: boolean;
  readonly #touchDelivery: Touch;
  readonly #touchProgress: Touch;
  #nextKey = 0;

  constructor(journal: Journal) {
    this.#isDurable = journal.durable;
    this.#touchDelivery = journal.keep<StoredDelivery>({
      name: 'events/deliveries',
      keys: () => this.#pending.keys(),
      read: key => stored(this.#pending.get(key)),
      restore: (key, delivery) => this.#restore(key, delivery),
    });
    this.#touchProgress = journal.keep<DeliveryProgress>({
      name: 'events/delivery-progress',
      keys: () => this.#pending.keys(),
      read: key => this.#pending.get(key)?.progress,
      restore: (key, progress) => {
        const delivery = this.#pending.get(key);
        if (delivery) delivery.progress = progress;
      },
    });
  }

  get all(): readonly Delivery[] {
    return [...this.#pending.values()];
  }

  add(call: TargetCall, startedMs: number): Delivery {
    const progress = { retries: 0, nextAttemptMs: startedMs };
    if (!this.#isDurable) return { key: '', call, startedMs, progress };
    const delivery = { key: String(this.#nextKey++), call, startedMs, progress };
    this.#pending.set(delivery.key, delivery);
    this.#touchDelivery(delivery.key);
    return delivery;
  }

  advance(delivery: Delivery, progress: DeliveryProgress): void {
    delivery.progress = progress;
    if (this.#isDurable) this.#touchProgress(delivery.key);
  }

  remove({ key, progress }: Delivery): void {
    if (!this.#pending.delete(key)) return;
    this.#touchDelivery(key);
    if (progress.retries > 0) this.#touchProgress(key);
  }

  #restore(key: string, { event: members, rule, target, deliveryId, startedMs }: StoredDelivery): void {
    const event = busEvent(members);
    const call = { target, rule, event, input: targetInput(target, rule, event), deliveryId };
    this.#nextKey = Math.max(this.#nextKey, Number(key) + 1);
    this.#pending.set(key, { key, call, startedMs, progress: { retries: 0, nextAttemptMs: startedMs } });
  }
}

function stored(delivery: Delivery | undefined): StoredDelivery | undefined {
  if (!delivery) return undefined;
  const { event, rule, target, deliveryId } = delivery.call;
  const { name, arn, busName } = rule;
  return {
    event: eventMembers(event),
    rule: { name, arn, busName },
    target,
    deliveryId,
    startedMs: delivery.startedMs,
  };
}
