import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';

/** For so long a dead-letter queue keeps a message, the longest time that SQS allows: a redrive may come as late. */
export const DEAD_LETTER_DAYS = 14;

export interface DeadLetterQueueProps {
  readonly config: MillraceConfig;
  readonly name: string;
}

/**
 * Where an asynchronous edge leaves what it could not deliver, for the longest time that SQS allows. Every one of them is
 * found by the operations stack, which alarms as soon as it holds a message.
 */
export class DeadLetterQueue extends Queue {
  /** The physical name as plain text, for other stacks: it carries no reference. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, { config, name }: DeadLetterQueueProps) {
    const plainName = resourceName(config, name);
    super(scope, id, {
      queueName: plainName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(DEAD_LETTER_DAYS),
      removalPolicy: removalPolicy(config),
    });
    this.plainName = plainName;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is the last stop itself: what arrives here was given up elsewhere, and no consumer polls it.',
    });
  }
}
