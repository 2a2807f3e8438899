/**
 * Carries events from rules to targets.
 *
 * Invariants:
 * 1. An event that a rule has matched reaches the target at least once, or the target's dead-letter queue, or is counted
 *    as failed; deliveries to different targets do not wait for each other.
 * 2. First attempts start in the order in which the events were accepted.
 * 3. A retry happens only while both limits of the target's retry policy allow it.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { BusEvent } from '../bus-event.ts';
import type { Rule, Target } from '../event-bus.ts';
import { countForRule } from '../metrics.ts';
import { objectMember, textMember } from '../request-members.ts';
import { type DeliveryFailure, deliveryFailure } from './delivery-failure.ts';
import { type RetryPolicy, retryDelayMs, retryPolicy } from './retry-policy.ts';
import { callTarget, queueUrl, type TargetCall } from './target-call.ts';
import { targetInput } from './target-input.ts';

type RetryLimit = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

interface Delivery {
  readonly call: TargetCall;
  readonly policy: RetryPolicy;
  readonly startedMs: number;
  retries: number;
}

export class Deliveries {
  readonly #cloud: Cloud;
  #closed = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    cloud.onClose(() => {
      this.#closed = true;
    });
  }

  /** Begins the delivery of an event to a target; answers at once. */
  start(event: BusEvent, rule: Rule, target: Target): void {
    const delivery: Delivery = {
      call: { target, rule, event, input: targetInput(target, rule, event), deliveryId: this.#cloud.ids.uuid() },
      policy: retryPolicy(objectMember(target, 'RetryPolicy')),
      startedMs: this.#cloud.clock.now(),
      retries: 0,
    };
    this.#attemptIn(0, delivery);
  }

  #attemptIn(delayMs: number, delivery: Delivery): void {
    this.#cloud.clock.schedule(delayMs, () => void this.#attempt(delivery));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#closed) return;
    const { call } = delivery;
    if (delivery.retries === 0) countForRule(this.#cloud, call.rule, 'Invocations');
    else countForRule(this.#cloud, call.rule, 'RetryInvocationAttempts');
    try {
      await callTarget(this.#cloud, call);
    } catch (error) {
      await this.#failed(delivery, deliveryFailure(error));
    }
  }

  async #failed(delivery: Delivery, failure: DeliveryFailure): Promise<void> {
    if (!failure.retryable) return this.#giveUp(delivery, failure);
    const delayMs = Math.max(retryDelayMs(delivery.retries + 1, this.#cloud.ids), failure.retryAfterMs ?? 0);
    const limit = exhausted(delivery, this.#cloud.clock.now() + delayMs);
    if (limit) return this.#giveUp(delivery, failure, limit);
    delivery.retries++;
    this.#attemptIn(delayMs, delivery);
  }

  async #giveUp({ call, retries }: Delivery, failure: DeliveryFailure, limit?: RetryLimit): Promise<void> {
    const { rule, target, event } = call;
    countForRule(this.#cloud, rule, 'FailedInvocations');
    const queueArn = textMember(objectMember(target, 'DeadLetterConfig') ?? {}, 'Arn');
    if (queueArn === undefined) return;
    try {
      await this.#cloud.call({
        service: 'sqs',
        operation: 'SendMessage',
        input: {
          QueueUrl: queueUrl(this.#cloud, queueArn),
          MessageBody: event.json,
          MessageAttributes: failureAttributes(call, failure, { retries, limit }),
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
function exhausted({ policy, retries, startedMs }: Delivery, retryAtMs: number): RetryLimit | undefined {
  if (retries >= policy.maximumRetryAttempts) return 'MaximumRetryAttempts';
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
