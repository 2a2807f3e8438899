import type { JsonObject } from '../../../cloud/service.ts';
import { findQueue, type SqsEngine } from '../sqs-engine.ts';
import { sqsError } from '../sqs-error.ts';

const INTERVAL_MS = 60_000;

/** Ours is done when it answers; AWS takes up to a minute. */
export function purgeQueue(engine: SqsEngine, input: JsonObject): void {
  const queue = findQueue(engine, input);
  const nowMs = engine.cloud.clock.now();
  if (nowMs - queue.purgedMs < INTERVAL_MS)
    throw sqsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      { status: 403 },
    );
  queue.purgedMs = nowMs;
  queue.store.clear();
  engine.changes.queue(queue.name);
}
