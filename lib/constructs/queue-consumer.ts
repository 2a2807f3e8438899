import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { QueueBatching } from '../config.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface QueueConsumerProps {
  /** A `DurableQueue`, here or in another stack: its redrive policy is where a message goes that keeps failing. */
  readonly queue: IQueue;
  readonly handler: HandlerFunction;
  readonly batching: QueueBatching;
}

/** Lambda gathers no larger batch from a FIFO queue, and waits for none. */
const MAX_FIFO_BATCH = 10;

/** Feeds a handler from a queue; only the messages that the handler reports as failed are delivered again. */
export function consumeQueue({ queue, handler, batching }: QueueConsumerProps): void {
  handler.followTraces();
  handler.function.addEventSource(
    new SqsEventSource(queue, {
      ...(queue.fifo
        ? { batchSize: Math.min(batching.batchSize, MAX_FIFO_BATCH) }
        : { batchSize: batching.batchSize, maxBatchingWindow: Duration.seconds(batching.batchWindowSeconds) }),
      reportBatchItemFailures: true,
      ...(batching.maxConcurrency === undefined ? {} : { maxConcurrency: batching.maxConcurrency }),
    }),
  );
}
