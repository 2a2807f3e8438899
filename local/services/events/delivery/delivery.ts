/**
 * Carries events from rules to targets.
 *
 * Invariants:
 * 1. An event that a rule has matched reaches the target at least once, or the target's dead-letter queue, or is counted
 *    as failed; deliveries to different targets do not wait for each other.
 * 2. First attempts start in the order in which the events were accepted.
 * 3. A retry happens only while both limits of the target's retry policy allow it. One that fell due while nobody was
 *    there happens at once, whatever the age of the event.
 * 4. A target that answers within the turn of the event loop (all but API destinations) has the event exactly if the
 *    delivery is over, wherever the process ends; an API destination may be called again.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { BusEvent } from '../bus-event.ts';
import type { Rule, Target } from '../event-bus.ts';
import { countForRule } from '../metrics.ts';
import { objectMember, textMember } from '../request-members.ts';
import { type DeliveryFailure, deliveryFailure } from './delivery-failure.ts';
import { type Delivery, PendingDeliveries } from './pending-deliveries.ts';
import { retryDelayMs, retryPolicy } from './retry-policy.ts';
import { callTarget, queueUrl, type TargetCall } from './target-call.ts';
import { targetInput } from './target-input.ts';

type RetryLimit = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

export class Deliveries {
  readonly #cloud: Cloud;
  readonly #pending: PendingDeliveries;
  /** What an earlier process had under way. */
  #interrupted: readonly Delivery[];
  #closed = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#pending = new PendingDeliveries(cloud.journal);
    this.#interrupted = this.#pending.all;
    cloud.onClose(() => {
      this.#closed = true;
    });
  }

  /** Begins the delivery of an event to a target; answers at once. */
  start(event: BusEvent, rule: Rule, target: Target): void {
    const input = targetInput(target, rule, event);
    const call = { target, rule, event, input, deliveryId: this.#cloud.ids.uuid() };
    this.#attemptIn(0, this.#pending.add(call, this.#cloud.clock.now()));
  }

  /** Goes on with what was under way, after a restart. */
  resume(): void {
    const nowMs = this.#cloud.clock.now();
    for (const delivery of this.#interrupted) this.#attemptIn(delivery.progress.nextAttemptMs - nowMs, delivery);
    this.#interrupted = [];
  }

  #attemptIn(delayMs: number, delivery: Delivery): void {
    this.#cloud.clock.schedule(delayMs, () => void this.#attempt(delivery));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#closed) return;
    const { call, progress } = delivery;
    if (progress.retries === 0) countForRule(this.#cloud, call.rule, 'Invocations');
    else countForRule(this.#cloud, call.rule, 'RetryInvocationAttempts');
    try {
      await callTarget(this.#cloud, call);
    } catch (error) {
      if (this.#closed) return; // cut off: the next process tries again
      return this.#failed(delivery, deliveryFailure(error));
    }
    this.#pending.remove(delivery);
  }

  async #failed(delivery: Delivery, failure: DeliveryFailure): Promise<void> {
    if (!failure.retryable) return this.#giveUp(delivery, failure);
    const retries = delivery.progress.retries + 1;
    const delayMs = Math.max(retryDelayMs(retries, this.#cloud.ids), failure.retryAfterMs ?? 0);
    const nextAttemptMs = this.#cloud.clock.now() + delayMs;
    const limit = exhausted(delivery, nextAttemptMs);
    if (limit) return this.#giveUp(delivery, failure, limit);
    this.#pending.advance(delivery, { retries, nextAttemptMs });
    this.#attemptIn(delayMs, delivery);
  }

  async #giveUp(delivery: Delivery, failure: DeliveryFailure, limit?: RetryLimit): Promise<void> {
    const { call, progress } = delivery;
    countForRule(this.#cloud, call.rule, 'FailedInvocations');
    const queueArn = textMember(objectMember(call.target, 'DeadLetterConfig') ?? {}, 'Arn');
    if (queueArn !== undefined)
      await this.#sendToDeadLetters(queueArn, call, failureAttributes(call, failure, { ...progress, limit }));
    this.#pending.remove(delivery);
  }

  async #sendToDeadLetters(
    queueArn: string,
    { rule, event }: TargetCall,
    attributes: Record<string, unknown>,
  ): Promise<void> {
    try {
      await this.#cloud.call({
        service: 'sqs',
        operation: 'SendMessage',
        input: {
          QueueUrl: queueUrl(this.#cloud, queueArn),
          MessageBody: event.json,
          MessageAttributes: attributes,
        },
        principal: { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn },
      });
      countForRule(this.#cloud, rule, 'InvocationsSentToDlq');
    } catch {
      countForRule(this.#cloud, rule, 'InvocationsFailedToBeSentToDlq');
    }
  }
}

/** Which limit forbids a retry at the given time. */
function exhausted({ call, progress, startedMs }: Delivery, retryAtMs: number): RetryLimit | undefined {
  const policy = retryPolicy(objectMember(call.target, 'RetryPolicy'));
  if (progress.retries >= policy.maximumRetryAttempts) return 'MaximumRetryAttempts';
  return retryAtMs - startedMs > policy.maximumAgeMs ? 'MaximumEventAgeInSeconds' : undefined;
}

function failureAttributes(
  { rule, target }: TargetCall,
  { code, message }: DeliveryFailure,
  { retries, limit }: { readonly retries: number; readonly limit: RetryLimit | undefined },
): Record<string, unknown> {
  const attributes: Record<string, string> = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: code,
    ERROR_MESSAGE: message === '' ? code : message,
    RETRY_ATTEMPTS: String(retries),
    ...(limit === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: limit }),
  };
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
