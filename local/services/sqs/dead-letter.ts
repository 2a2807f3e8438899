import { enqueue } from './enqueue.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import { redrivePolicyOf } from './queue-attributes.ts';
import { announceVisible, findQueueByArn, type SqsEngine } from './sqs-engine.ts';

/** Where the exhausted messages of a queue go. */
export interface DeadLetterTarget {
  readonly queue: Queue;
  readonly maxReceiveCount: number;
}

/** @returns undefined when the queue has no redrive policy, or its target no longer exists */
export function deadLetterTarget(engine: SqsEngine, source: Queue): DeadLetterTarget | undefined {
  const policy = redrivePolicyOf(source.attributes);
  const queue = policy && findQueueByArn(engine, policy.deadLetterTargetArn);
  return policy && queue ? { queue, maxReceiveCount: policy.maxReceiveCount } : undefined;
}

/**
 * Moves a message into the dead-letter queue. It keeps its id, its receive count and, in a standard queue, the time at
 * which it was sent, from which the retention there is counted too (observed; developer guide, "dead-letter queues").
 */
export function moveToDeadLetterQueue(
  engine: SqsEngine,
  source: Queue,
  move: { message: Message; target: Queue },
): void {
  const { message, target } = move;
  source.store.remove(message);
  enqueue(engine, target, message, {
    delayMs: 0,
    history: {
      messageId: message.messageId,
      receiveCount: message.receiveCount,
      firstReceivedMs: message.firstReceivedMs,
      deadLetterSourceArn: source.arn,
      ...(target.fifo ? {} : { sentMs: message.sentMs }),
    },
  });
  announceVisible(engine, target);
}
