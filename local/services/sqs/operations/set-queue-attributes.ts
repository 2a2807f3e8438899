import type { JsonObject } from '../../../cloud/service.ts';
import { assignAttributes, parseAttributes } from '../queue-attributes.ts';
import { refuseRedriveTarget } from '../redrive-policy.ts';
import { findQueue, type SqsEngine } from '../sqs-engine.ts';
import { missingParameter, sqsError } from '../sqs-error.ts';

/** New values hold for messages in the queue too, except a delay that has begun. */
export function setQueueAttributes(engine: SqsEngine, input: JsonObject): void {
  const queue = findQueue(engine, input);
  if (input.Attributes === undefined || input.Attributes === null) throw missingParameter('Attributes');
  const changes = parseAttributes(input.Attributes, queue);
  if (changes.has('FifoQueue') && changes.get('FifoQueue') !== 'true')
    throw sqsError(
      'InvalidAttributeValue',
      'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    );
  refuseRedriveTarget(engine, { ...queue, attributes: changes.get('RedrivePolicy') ? changes : new Map() });
  assignAttributes(queue.attributes, changes);
  queue.modifiedMs = engine.cloud.clock.now();
  engine.changes.queue(queue.name);
}
