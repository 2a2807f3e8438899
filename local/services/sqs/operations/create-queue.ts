import type { JsonObject } from '../../../cloud/service.ts';
import { assignAttributes, effectiveAttributes, parseAttributes, type QueueAttributes } from '../queue-attributes.ts';
import { reportGauges } from '../queue-gauges.ts';
import { refuseRedriveTarget } from '../redrive-policy.ts';
import { openQueue, queueUrl, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, missingParameter, sqsError } from '../sqs-error.ts';
import { applyTags } from './queue-tags.ts';

const STANDARD_NAME = /^[\w-]{1,80}$/;
const FIFO_NAME = /^[\w-]{1,75}\.fifo$/;

/** Creating a queue that is there already, with the same attributes, answers with its URL. */
export function createQueue(engine: SqsEngine, input: JsonObject) {
  const { cloud, queues } = engine;
  const name = input.QueueName;
  if (typeof name !== 'string' || name === '') throw missingParameter('QueueName');
  const fifo = (input.Attributes as JsonObject | undefined)?.FifoQueue === 'true';
  refuseName(name, fifo);
  const requested = parseAttributes(input.Attributes, { fifo });
  const attributes: QueueAttributes = new Map();
  assignAttributes(attributes, requested);
  const existing = queues.get(name);
  if (existing) {
    refuseDifference(existing.attributes, attributes);
    return { QueueUrl: queueUrl(cloud, name) };
  }
  const arn = cloud.arn('sqs', name);
  refuseRedriveTarget(engine, { arn, fifo, attributes });
  const tags = new Map<string, string>();
  applyTags(tags, input.tags);
  const queue = openQueue(engine, { name, fifo, attributes, createdMs: cloud.clock.now() });
  for (const [key, value] of tags) queue.tags.set(key, value);
  engine.changes.queue(name);
  reportGauges(engine);
  return { QueueUrl: queueUrl(cloud, name) };
}

function refuseName(name: string, fifo: boolean): void {
  if (!fifo && !STANDARD_NAME.test(name))
    throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  if (fifo && !FIFO_NAME.test(name))
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo ' +
        'suffix and be 1 to 80 in length.',
    );
}

function refuseDifference(existing: QueueAttributes, requested: QueueAttributes): void {
  const effective = effectiveAttributes(existing);
  for (const [name, value] of requested) {
    if (effective.get(name) !== value)
      throw sqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${name}`,
      );
  }
}
