/**
 * Invocations of type `Event`: answered at once, run later, tried again, and in the end reported to the function's
 * destinations or dead-letter queue.
 *
 * 1. A function error is retried one and two minutes later, as often as the function's configuration allows.
 * 2. Throttling is retried with growing pauses until the event is too old; it does not use up retries.
 * 3. Every accepted event ends: with success, with retries exhausted, or too old.
 * 4. An attempt that the end of the process cut off does not count, and is made again; an outcome is written down before it
 *    is reported, so that no attempt is made again for a report that was cut off.
 */
import { AwsError } from '../cloud/aws-error.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import {
  type AsyncEvent,
  AsyncEvents,
  type AsyncProgress,
  type AttemptResult,
  type Ending,
  type PendingEvent,
} from './async-events.ts';
import { deliver, queueUrl } from './destination.ts';

const RETRY_DELAYS_MS = [60_000, 120_000];
const SHORTEST_THROTTLE_PAUSE_MS = 1_000;
const LONGEST_THROTTLE_PAUSE_MS = 5 * 60_000;

/** What the function says about its asynchronous invocations. */
export interface AsyncPolicy {
  /** With qualifier. */
  readonly functionArn: string;
  readonly functionName: string;
  readonly roleArn: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
  readonly deadLetterArn?: string | undefined;
}

export interface AsyncInvocationsOptions {
  readonly cloud: Cloud;
  /** @throws AwsError */
  readonly attempt: (event: AsyncEvent) => Promise<AttemptResult>;
  /** Read anew for each decision: configuration may change meanwhile. @returns undefined when the function is gone */
  readonly policyOf: (event: AsyncEvent) => AsyncPolicy | undefined;
}

/** What is reported of an event that has ended. */
interface Report extends Ending {
  readonly policy: AsyncPolicy;
  readonly invokeCount: number;
}

export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  readonly #events: AsyncEvents;
  #isClosed = false;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
    this.#events = new AsyncEvents(options.cloud.journal);
    const interrupted = this.#events.all;
    options.cloud.journal.onResume(() => {
      for (const pending of interrupted) this.#resume(pending);
    });
  }

  /** Events that were accepted and have not ended. */
  get pending(): number {
    return this.#events.size;
  }

  accept(event: AsyncEvent): void {
    this.#attemptIn(0, this.#events.add(event));
  }

  /** What is under way from now on counts as cut off. */
  close(): void {
    this.#isClosed = true;
  }

  #resume(pending: PendingEvent): void {
    const { event, progress } = pending;
    const policy = this.#options.policyOf(event);
    if (progress.ending) return void this.#finish(pending, progress.ending);
    const delayMs = Math.max(0, progress.nextAttemptMs - this.#options.cloud.clock.now());
    const isTooOld = policy !== undefined && this.#ageMs(event) + delayMs >= policy.maximumEventAgeMs;
    if (isTooOld && progress.lastResult) {
      void this.#finish(pending, { condition: 'EventAgeExceeded', result: progress.lastResult });
    } else {
      this.#attemptIn(delayMs, pending);
    }
  }

  #attemptIn(delayMs: number, pending: PendingEvent): void {
    this.#options.cloud.clock.schedule(delayMs, () => void this.#attempt(pending));
  }

  #attemptAgain(delayMs: number, pending: PendingEvent, progress: Omit<AsyncProgress, 'nextAttemptMs'>): void {
    const nextAttemptMs = this.#options.cloud.clock.now() + delayMs;
    this.#events.advance(pending, { ...progress, nextAttemptMs });
    this.#attemptIn(delayMs, pending);
  }

  async #attempt(pending: PendingEvent): Promise<void> {
    if (this.#isClosed) return;
    try {
      const result = await this.#options.attempt(pending.event);
      if (!this.#isClosed) await this.#decide(pending, result);
    } catch (error) {
      if (!this.#isClosed) await this.#throttled(pending, error);
    }
  }

  async #decide(pending: PendingEvent, result: AttemptResult): Promise<void> {
    const { event } = pending;
    const policy = this.#options.policyOf(event);
    if (!policy) return this.#events.remove(pending);
    const invokeCount = pending.progress.invokeCount + 1;
    const progress = { ...pending.progress, invokeCount, lastResult: result };
    const end = (condition: Ending['condition']) => this.#end({ pending, progress, ending: { condition, result } });
    if (!result.functionError) return end('Success');
    if (invokeCount > policy.maximumRetryAttempts) return end('RetriesExhausted');
    const delayMs = RETRY_DELAYS_MS[invokeCount - 1] ?? 0;
    if (this.#ageMs(event) + delayMs >= policy.maximumEventAgeMs) return end('EventAgeExceeded');
    this.#attemptAgain(delayMs, pending, progress);
  }

  async #throttled(pending: PendingEvent, error: unknown): Promise<void> {
    const { event } = pending;
    const policy = this.#options.policyOf(event);
    if (!policy) return this.#events.remove(pending);
    const throttleCount = pending.progress.throttleCount + 1;
    const delayMs = Math.min(SHORTEST_THROTTLE_PAUSE_MS * 2 ** (throttleCount - 1), LONGEST_THROTTLE_PAUSE_MS);
    const errorMessage = error instanceof Error ? error.message : String(error);
    const errorType = error instanceof AwsError ? error.code : 'ServiceException';
    const result = { payload: JSON.stringify({ errorType, errorMessage }), executedVersion: '$LATEST' };
    const progress = { ...pending.progress, throttleCount, lastResult: result };
    if (this.#ageMs(event) + delayMs < policy.maximumEventAgeMs) return this.#attemptAgain(delayMs, pending, progress);
    await this.#end({ pending, progress, ending: { condition: 'EventAgeExceeded', result } });
  }

  /** Invariant 4. */
  async #end(ended: { pending: PendingEvent; progress: AsyncProgress; ending: Ending }): Promise<void> {
    const { pending, ending } = ended;
    const { lastResult: _, ...progress } = ended.progress;
    this.#events.advance(pending, { ...progress, ending });
    await this.#finish(pending, ending);
  }

  async #finish(pending: PendingEvent, ending: Ending): Promise<void> {
    const { event, progress } = pending;
    const policy = this.#options.policyOf(event);
    if (!policy) return this.#events.remove(pending);
    const report = { ...ending, policy, invokeCount: progress.invokeCount };
    const failed = ending.condition !== 'Success';
    try {
      const destinationArn = failed ? policy.onFailureArn : policy.onSuccessArn;
      if (destinationArn) await this.#deliverRecord(destinationArn, event, report);
      if (failed && policy.deadLetterArn) await this.#deliverDeadLetter(policy.deadLetterArn, event, report);
    } catch {
      this.#metric(policy.functionName, failed ? 'DeadLetterErrors' : 'DestinationDeliveryFailures');
    } finally {
      this.#events.remove(pending);
    }
  }

  async #deliverRecord(
    destinationArn: string,
    event: AsyncEvent,
    { policy, invokeCount, result, condition }: Report,
  ): Promise<void> {
    const { cloud } = this.#options;
    const timestamp = new Date(cloud.clock.now()).toISOString();
    await deliver(cloud, {
      destinationArn,
      principal: this.#deliverer(policy),
      detailType: `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`,
      resources: [destinationArn, policy.functionArn],
      traceHeader: this.#traceHeader(event),
      objectKey: `aws/lambda/async/${policy.functionName}/${timestamp.slice(0, 10).replaceAll('-', '/')}/${timestamp.slice(0, 19).replaceAll(':', '.')}-${cloud.ids.uuid()}`,
      body: {
        version: '1.0',
        timestamp,
        requestContext: {
          requestId: event.requestId,
          functionArn: policy.functionArn,
          condition,
          approximateInvokeCount: invokeCount,
        },
        requestPayload: JSON.parse(event.payload),
        responseContext: responseContext(result),
        responsePayload: JSON.parse(result.payload),
      },
    });
  }

  /** The dead-letter queue gets the event itself, and what went wrong in message attributes. */
  async #deliverDeadLetter(arn: string, event: AsyncEvent, { policy, result }: Report): Promise<void> {
    const { cloud } = this.#options;
    const principal = this.#deliverer(policy);
    const { errorMessage } = JSON.parse(result.payload) as { errorMessage?: string }; // an error document
    const attributes: JsonObject = {
      RequestID: { DataType: 'String', StringValue: event.requestId },
      ErrorCode: { DataType: 'Number', StringValue: result.functionError ? '200' : '429' },
      ErrorMessage: { DataType: 'String', StringValue: (errorMessage || 'Unhandled').slice(0, 1024) },
    };
    const input: JsonObject =
      arn.split(':')[2] === 'sns'
        ? { TopicArn: arn, Message: event.payload, MessageAttributes: attributes }
        : { QueueUrl: queueUrl(cloud, arn), MessageBody: event.payload, MessageAttributes: attributes };
    const isTopic = 'TopicArn' in input;
    await cloud.call({
      service: isTopic ? 'sns' : 'sqs',
      operation: isTopic ? 'Publish' : 'SendMessage',
      input,
      principal,
    });
  }

  /** The function's role, in a session of its own for each delivery. Recorded on AWS: no two have the same sender id. */
  #deliverer({ roleArn }: AsyncPolicy): Principal {
    const { clock, ids } = this.#options.cloud;
    const instant = new Date(clock.now()).toISOString().replace(/\D/g, '');
    return { kind: 'role', roleArn, session: `awslambda_${ids.token(3, '0123456789')}_${instant}` };
  }

  /** Names a trace that began when the event was accepted. Recorded on AWS: the message has one, traced or not. */
  #traceHeader({ acceptedAtMs }: AsyncEvent): string {
    const hex = (length: number) => this.#options.cloud.ids.token(length, '0123456789abcdef');
    const epoch = Math.floor(acceptedAtMs / 1000).toString(16);
    return `Root=1-${epoch}-${hex(24)};Parent=${hex(16)};Sampled=0`;
  }

  #ageMs(event: AsyncEvent): number {
    return this.#options.cloud.clock.now() - event.acceptedAtMs;
  }

  #metric(functionName: string, name: string): void {
    const dimensions = { FunctionName: functionName };
    this.#options.cloud.metrics({ namespace: 'AWS/Lambda', name, dimensions, value: 1, unit: 'Count' });
  }
}

function responseContext({ executedVersion, functionError }: AttemptResult): JsonObject {
  return { statusCode: 200, executedVersion, ...(functionError ? { functionError } : {}) };
}
