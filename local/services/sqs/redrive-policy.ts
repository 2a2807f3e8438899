import { allowsRedriveFrom, type QueueAttributes, redrivePolicyOf } from './queue-attributes.ts';
import { findQueueByArn, type SqsEngine } from './sqs-engine.ts';
import { invalidParameter } from './sqs-error.ts';

/** @throws AwsError when the redrive policy names a queue that cannot be the source's dead-letter queue */
export function refuseRedriveTarget(
  engine: SqsEngine,
  source: { arn: string; fifo: boolean; attributes: QueueAttributes },
): void {
  const policy = redrivePolicyOf(source.attributes);
  if (!policy) return;
  const target = findQueueByArn(engine, policy.deadLetterTargetArn);
  const refuse = (reason: string) => {
    const value = source.attributes.get('RedrivePolicy');
    return invalidParameter(`Value ${value} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  };
  if (!target) throw refuse('Dead letter target does not exist.');
  if (target.fifo !== source.fifo) throw refuse('Dead-letter queue must be same type of queue as the source.');
  if (!allowsRedriveFrom(target.attributes, source.arn))
    throw refuse('Dead letter target does not allow this queue to use it as a dead-letter queue.');
}
