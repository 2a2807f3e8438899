/**
 * Invocations of type `Event`: answered at once, run later, tried again, and in the end reported to the function's
 * destinations or dead-letter queue.
 *
 * 1. A function error is retried one and two minutes later, as often as the function's configuration allows.
 * 2. Throttling is retried with growing pauses until the event is too old; it does not use up retries.
 * 3. Every accepted event ends: with success, with retries exhausted, or too old.
 */
import { AwsError } from '../cloud/aws-error.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { deliver, queueUrl } from './destination.ts';

const RETRY_DELAYS_MS = [60_000, 120_000];
const SHORTEST_THROTTLE_PAUSE_MS = 1_000;
const LONGEST_THROTTLE_PAUSE_MS = 5 * 60_000;

export interface AsyncEvent {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly acceptedAtMs: number;
}

/** How one attempt went; `payload` is the answer or the error document. */
export interface AttemptResult {
  readonly functionError?: 'Unhandled';
  readonly payload: string;
  readonly executedVersion: string;
}

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

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

interface Progress {
  readonly invokeCount: number;
  readonly throttleCount: number;
}

export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  #pending = 0;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
  }

  /** Events that were accepted and have not ended. */
  get pending(): number {
    return this.#pending;
  }

  accept(event: AsyncEvent): void {
    this.#pending++;
    this.#later(0, event, { invokeCount: 0, throttleCount: 0 });
  }

  #later(delayMs: number, event: AsyncEvent, progress: Progress): void {
    this.#options.cloud.clock.schedule(delayMs, () => void this.#attempt(event, progress));
  }

  async #attempt(event: AsyncEvent, progress: Progress): Promise<void> {
    try {
      const result = await this.#options.attempt(event);
      await this.#decide(event, { ...progress, invokeCount: progress.invokeCount + 1 }, result);
    } catch (error) {
      await this.#throttled(event, progress, error);
    }
  }

  async #decide(event: AsyncEvent, progress: Progress, result: AttemptResult): Promise<void> {
    const policy = this.#options.policyOf(event);
    if (!policy) return this.#ended();
    if (!result.functionError) return this.#finish(event, { policy, progress, result, condition: 'Success' });
    if (progress.invokeCount > policy.maximumRetryAttempts) {
      return this.#finish(event, { policy, progress, result, condition: 'RetriesExhausted' });
    }
    const delayMs = RETRY_DELAYS_MS[progress.invokeCount - 1] ?? 0;
    if (this.#ageMs(event) + delayMs >= policy.maximumEventAgeMs) {
      return this.#finish(event, { policy, progress, result, condition: 'EventAgeExceeded' });
    }
    this.#later(delayMs, event, progress);
  }

  async #throttled(event: AsyncEvent, progress: Progress, error: unknown): Promise<void> {
    const policy = this.#options.policyOf(event);
    if (!policy) return this.#ended();
    const throttleCount = progress.throttleCount + 1;
    const delayMs = Math.min(SHORTEST_THROTTLE_PAUSE_MS * 2 ** (throttleCount - 1), LONGEST_THROTTLE_PAUSE_MS);
    if (this.#ageMs(event) + delayMs < policy.maximumEventAgeMs) {
      return this.#later(delayMs, event, { ...progress, throttleCount });
    }
    const errorMessage = error instanceof Error ? error.message : String(error);
    const errorType = error instanceof AwsError ? error.code : 'ServiceException';
    const result = { payload: JSON.stringify({ errorType, errorMessage }), executedVersion: '$LATEST' };
    await this.#finish(event, { policy, progress, result, condition: 'EventAgeExceeded' });
  }

  async #finish(
    event: AsyncEvent,
    ending: { policy: AsyncPolicy; progress: Progress; result: AttemptResult; condition: Condition },
  ): Promise<void> {
    const { policy, condition } = ending;
    const failed = condition !== 'Success';
    try {
      const destinationArn = failed ? policy.onFailureArn : policy.onSuccessArn;
      if (destinationArn) await this.#deliverRecord(destinationArn, event, ending);
      if (failed && policy.deadLetterArn) await this.#deliverDeadLetter(policy.deadLetterArn, event, ending);
    } catch {
      this.#metric(policy.functionName, failed ? 'DeadLetterErrors' : 'DestinationDeliveryFailures');
    } finally {
      this.#ended();
    }
  }

  async #deliverRecord(
    destinationArn: string,
    event: AsyncEvent,
    {
      policy,
      progress,
      result,
      condition,
    }: { policy: AsyncPolicy; progress: Progress; result: AttemptResult; condition: Condition },
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
          approximateInvokeCount: progress.invokeCount,
        },
        requestPayload: JSON.parse(event.payload),
        responseContext: responseContext(result),
        responsePayload: JSON.parse(result.payload),
      },
    });
  }

  /** The dead-letter queue gets the event itself, and what went wrong in message attributes. */
  async #deliverDeadLetter(
    arn: string,
    event: AsyncEvent,
    { policy, result }: { policy: AsyncPolicy; result: AttemptResult },
  ): Promise<void> {
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

  #ended(): void {
    this.#pending--;
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
