import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { HANDLER_TIMEOUT } from './handler-function.ts';

export interface DurableQueueProps {
  readonly config: MillraceConfig;
  readonly name: string;
}

/** A queue that loses nothing: encrypted, over TLS only, and what a consumer fails on too often moves to `<name>-dlq`. */
export class DurableQueue extends Queue {
  constructor(scope: Construct, id: string, { config, name }: DurableQueueProps) {
    super(scope, id, {
      queueName: resourceName(config, name),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(6 * HANDLER_TIMEOUT.toSeconds()),
      removalPolicy: removalPolicy(config),
      deadLetterQueue: {
        queue: new DeadLetterQueue(scope, `${id}DeadLetters`, { config, name: `${name}-dlq` }),
        maxReceiveCount: config.queue.maxReceiveCount,
      },
    });
  }
}
