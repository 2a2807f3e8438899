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
  /** Whether what is given up comes from a FIFO queue: SQS wants its dead-letter queue to be one. @default false */
  readonly fifo?: boolean;
}

/** The name of a queue; that of a FIFO queue has to say so. */
export function queueName(
  config: MillraceConfig,
  { name, fifo }: { readonly name: string; readonly fifo: boolean },
): string {
  return resourceName(config, fifo ? `${name}.fifo` : name);
}

/**
 * Where an asynchronous edge leaves what it could not deliver, for the longest time that SQS allows. Every one of them is
 * found by the operations stack, which alarms as soon as it holds a message.
 */
export class DeadLetterQueue extends Queue {
  /** The physical name as plain text, for other stacks: it carries no reference. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, { config, name, fifo = false }: DeadLetterQueueProps) {
    const plainName = queueName(config, { name, fifo });
    super(scope, id, {
      queueName: plainName,
      ...(fifo ? { fifo } : {}),
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
