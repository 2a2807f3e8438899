import type { JsonObject } from '../../../cloud/service.ts';
import type { Queue } from '../queue.ts';
import { effectiveAttributes, isQueueAttribute } from '../queue-attributes.ts';
import { expireMessages, findQueue, type SqsEngine } from '../sqs-engine.ts';
import { sqsError } from '../sqs-error.ts';

/** Answers nothing unless names, or `All`, are asked for. */
export function getQueueAttributes(engine: SqsEngine, input: JsonObject) {
  const queue = findQueue(engine, input);
  const names = Array.isArray(input.AttributeNames) ? input.AttributeNames.map(String) : [];
  expireMessages(engine, queue);
  const observed = observedAttributes(queue);
  const all = new Map([...observed, ...effectiveAttributes(queue.attributes)]);
  for (const name of names) {
    if (name !== 'All' && !observed.has(name) && !isQueueAttribute(name))
      throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  const shown = [...all].filter(([name]) => names.includes('All') || names.includes(name));
  return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) };
}

/** What nobody sets. */
function observedAttributes(queue: Queue): Map<string, string> {
  const { visible, inFlight, delayed } = queue.store.counts;
  return new Map([
    ['QueueArn', queue.arn],
    ['ApproximateNumberOfMessages', String(visible)],
    ['ApproximateNumberOfMessagesNotVisible', String(inFlight)],
    ['ApproximateNumberOfMessagesDelayed', String(delayed)],
    ['CreatedTimestamp', String(Math.floor(queue.createdMs / 1000))],
    ['LastModifiedTimestamp', String(Math.floor(queue.modifiedMs / 1000))],
  ]);
}
