import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { removalPolicy } from '../removal-policy.ts';
import { DeadLetterQueue, queueName } from './dead-letter-queue.ts';
import { HANDLER_TIMEOUT } from './handler-function.ts';

export interface DurableQueueProps {
  readonly config: MillraceConfig;
  readonly name: string;
  /** Deliveries of a message before it goes to the dead-letter queue. @default as the config says */
  readonly maxReceiveCount?: number;
  /**
   * Whether messages of one group leave in the order in which they came; the sender names group and deduplication id. Groups
   * do not slow each other down. @default false
   */
  readonly fifo?: boolean;
}

const FIFO = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const;

/** A queue that loses nothing: encrypted, over TLS only, and what a consumer fails on too often moves to `<name>-dlq`. */
export class DurableQueue extends Queue {
  constructor(scope: Construct, id: string, props: DurableQueueProps) {
    const { config, name, maxReceiveCount = config.queue.maxReceiveCount, fifo = false } = props;
    super(scope, id, {
      queueName: queueName(config, { name, fifo }),
      ...(fifo ? FIFO : {}),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: visibilityTimeout(config),
      removalPolicy: removalPolicy(config),
      deadLetterQueue: {
        queue: new DeadLetterQueue(scope, `${id}DeadLetters`, { config, name: `${name}-dlq`, fifo }),
        maxReceiveCount,
      },
    });
  }
}

/**
 * Six times the function's timeout, and the time for which its messages are gathered into a batch, as AWS advises: a message
 * that becomes visible while it waits in a window is delivered twice, and ends in the dead-letter queue unprocessed.
 */
function visibilityTimeout({ queue, aggregation }: MillraceConfig): Duration {
  const windowSeconds = Math.max(queue.batchWindowSeconds, aggregation.batchWindowSeconds);
  return Duration.seconds(6 * HANDLER_TIMEOUT.toSeconds() + windowSeconds);
}
