import type { JsonObject } from '../../../cloud/service.ts';
import { findQueue, type SqsEngine } from '../sqs-engine.ts';

/** Its messages go with it; receives that wait end empty. */
export function deleteQueue(engine: SqsEngine, input: JsonObject): void {
  const queue = findQueue(engine, input);
  engine.queues.delete(queue.name);
  queue.deleted = true;
  queue.store.clear();
  engine.changes.queue(queue.name);
  engine.changes.sequence(queue.name);
  for (const key of queue.sent.keys()) engine.changes.sent(queue.name, key);
  for (const waiting of queue.waiting) waiting();
  queue.waiting.clear();
}
