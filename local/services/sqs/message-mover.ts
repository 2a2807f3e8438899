/**
 * Message move tasks (dead-letter queue redrive): move the messages of a dead-letter queue back to where they came from,
 * or to a queue of choice, at a bounded rate on the clock. A moved message is a new one: new id, new times, receive
 * count 0.
 */
import { enqueue } from './enqueue.ts';
import type { Message } from './message.ts';
import type { MoveTask } from './move-task.ts';
import type { Queue } from './queue.ts';
import { announceVisible, findQueueByArn, type SqsEngine } from './sqs-engine.ts';

/** How many are moved at once when no rate is asked for. */
const UNBOUNDED_CHUNK = 100;

export function runMoveTask(engine: SqsEngine, task: MoveTask): void {
  const intervalMs = task.maxPerSecond === undefined ? 0 : 1000 / task.maxPerSecond;
  const step = (): void => {
    const chunk = task.maxPerSecond === undefined ? UNBOUNDED_CHUNK : 1;
    for (let i = 0; i < chunk && task.status === 'RUNNING'; i++) moveOne(engine, task);
    engine.changes.moveTask(task.taskHandle);
    if (task.status === 'RUNNING') task.cancelTimer = engine.cloud.clock.schedule(intervalMs, step);
  };
  task.cancelTimer = engine.cloud.clock.schedule(0, step);
}

function moveOne(engine: SqsEngine, task: MoveTask): void {
  const source = findQueueByArn(engine, task.sourceArn);
  if (!source) {
    fail(task);
    return;
  }
  const [message] = task.moved < task.toMove ? source.store.take(1, () => true) : [];
  if (!message) {
    task.status = 'COMPLETED';
    return;
  }
  const destination = destinationOf(engine, task, message);
  if (!destination) {
    source.store.hide(message, 0);
    fail(task);
    return;
  }
  move(engine, source, { message, destination });
  task.moved++;
  if (task.moved >= task.toMove) task.status = 'COMPLETED';
}

function move(engine: SqsEngine, source: Queue, { message, destination }: { message: Message; destination: Queue }) {
  source.store.remove(message);
  enqueue(engine, destination, message, { delayMs: 0 });
  announceVisible(engine, destination);
}

function destinationOf(engine: SqsEngine, task: MoveTask, message: Message): Queue | undefined {
  const arn = task.destinationArn ?? message.deadLetterSourceArn;
  return arn === undefined ? undefined : findQueueByArn(engine, arn);
}

function fail(task: MoveTask): void {
  task.status = 'FAILED';
  task.failureReason = 'AWS.SimpleQueueService.NonExistentQueue';
}
