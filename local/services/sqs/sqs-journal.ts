/**
 * What of SQS outlives the process: queues, messages one by one, who has received them until when, what FIFO queues
 * remember of sendings, and move tasks.
 *
 * 1. A message is two records, what it is and its latest receive, so that receiving a large one writes little.
 * 2. A delay or visibility timeout that ends is not written: its deadline says it all.
 * 3. What FIFO queues no longer recognise is not written either: it is as old as it says.
 */
import type { Message } from './message.ts';
import { runMoveTask } from './message-mover.ts';
import { type MoveTask, recordMoveTask } from './move-task.ts';
import type { Queue, SentMessage } from './queue.ts';
import { reportGauges } from './queue-gauges.ts';
import { openQueue, type SqsEngine } from './sqs-engine.ts';

interface StoredQueue {
  readonly fifo: boolean;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly purgedMs?: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** JSON leaves out what is undefined. */
interface StoredMessage extends Omit<Message, 'state' | 'receiptHandle' | 'hidden'> {
  readonly delayedUntilMs?: number | undefined;
}

interface StoredReceive {
  readonly receiveCount: number;
  readonly firstReceivedMs?: number | undefined;
  readonly receiptHandle?: string | undefined;
  /** Absent once the message is visible again. */
  readonly hiddenUntilMs?: number | undefined;
}

type StoredMoveTask = Omit<MoveTask, 'cancelTimer'>;

/** Connects the engine to the journal: what an earlier process left is in it afterwards. */
export function keepSqs(engine: SqsEngine): void {
  const { journal } = engine.cloud;
  if (!journal.durable) return;
  const queue = keepQueues(engine);
  const sequence = keepSequences(engine);
  const message = keepMessages(engine);
  const receive = keepReceives(engine);
  const sent = keepSendings(engine);
  const moveTask = keepMoveTasks(engine);
  engine.changes = {
    queue,
    sequence,
    message: (queueName, messageId) => message(`${queueName}/${messageId}`),
    receive: (queueName, messageId) => receive(`${queueName}/${messageId}`),
    sent: (queueName, key) => sent(`${queueName}/${key}`),
    moveTask,
  };
  const left = [...engine.moveTasks.values()].flat().filter(({ status }) => status === 'RUNNING');
  journal.onResume(() => resume(engine, left));
}

function resume(engine: SqsEngine, left: readonly MoveTask[]): void {
  for (const queue of engine.queues.values()) queue.store.resume();
  if (engine.queues.size > 0) reportGauges(engine);
  for (const task of left) if (task.status === 'RUNNING') runMoveTask(engine, task);
}

function keepQueues(engine: SqsEngine) {
  return engine.cloud.journal.keep<StoredQueue>({
    name: 'sqs/queues',
    keys: () => engine.queues.keys(),
    read: name => {
      const queue = engine.queues.get(name);
      return queue && storedQueue(queue);
    },
    restore: (name, { fifo, createdMs, modifiedMs, purgedMs, attributes, tags }) => {
      const queue = openQueue(engine, { name, fifo, createdMs, attributes: new Map(Object.entries(attributes)) });
      queue.modifiedMs = modifiedMs;
      queue.purgedMs = purgedMs ?? queue.purgedMs;
      for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
    },
  });
}

function storedQueue({ fifo, createdMs, modifiedMs, purgedMs, attributes, tags }: Queue): StoredQueue {
  return {
    fifo,
    createdMs,
    modifiedMs,
    ...(Number.isFinite(purgedMs) ? { purgedMs } : {}),
    attributes: Object.fromEntries(attributes),
    tags: Object.fromEntries(tags),
  };
}

function keepSequences(engine: SqsEngine) {
  return engine.cloud.journal.keep<number>({
    name: 'sqs/sequences',
    keys: () => [...engine.queues.values()].filter(({ sequence }) => sequence > 0).map(({ name }) => name),
    read: name => engine.queues.get(name)?.sequence,
    restore: (name, sequence) => {
      const queue = engine.queues.get(name);
      if (queue) queue.sequence = sequence;
    },
  });
}

function keepMessages(engine: SqsEngine) {
  return engine.cloud.journal.keep<StoredMessage>({
    name: 'sqs/messages',
    keys: () => messageKeys(engine),
    read: key => {
      const message = at(engine, key)?.message;
      return message && storedMessage(message);
    },
    restore: (key, { delayedUntilMs, ...stored }) => {
      const queue = engine.queues.get(split(key).queueName);
      const message: Message = { ...stored, state: 'visible', receiptHandle: undefined, hidden: undefined };
      queue?.store.restore(message, delayedUntilMs);
    },
  });
}

function storedMessage({ state, receiptHandle: _, hidden, ...stored }: Message): StoredMessage {
  return { ...stored, delayedUntilMs: state === 'delayed' ? hidden?.atMs : undefined };
}

function keepReceives(engine: SqsEngine) {
  return engine.cloud.journal.keep<StoredReceive>({
    name: 'sqs/receives',
    keys: () => messageKeys(engine, ({ receiptHandle }) => receiptHandle !== undefined),
    read: key => {
      const message = at(engine, key)?.message;
      if (!message) return undefined;
      const { receiveCount, firstReceivedMs, receiptHandle, state, hidden } = message;
      const hiddenUntilMs = state === 'inFlight' ? hidden?.atMs : undefined;
      return { receiveCount, firstReceivedMs, receiptHandle, hiddenUntilMs };
    },
    restore: (key, { receiveCount, firstReceivedMs, receiptHandle, hiddenUntilMs }) => {
      const found = at(engine, key);
      if (!found) return;
      Object.assign(found.message, { receiveCount, firstReceivedMs, receiptHandle });
      found.queue.store.restoreReceive(found.message, hiddenUntilMs);
    },
  });
}

function keepSendings(engine: SqsEngine) {
  return engine.cloud.journal.keep<SentMessage>({
    name: 'sqs/sendings',
    *keys() {
      for (const { name, sent } of engine.queues.values()) for (const key of sent.keys()) yield `${name}/${key}`;
    },
    read: key => {
      const { queueName, rest } = split(key);
      return engine.queues.get(queueName)?.sent.get(rest);
    },
    restore: (key, sending) => {
      const { queueName, rest } = split(key);
      engine.queues.get(queueName)?.sent.set(rest, sending);
    },
  });
}

function keepMoveTasks(engine: SqsEngine) {
  const all = () => [...engine.moveTasks.values()].flatMap(tasks => tasks.toReversed());
  return engine.cloud.journal.keep<StoredMoveTask>({
    name: 'sqs/move-tasks',
    keys: () => all().map(({ taskHandle }) => taskHandle),
    read: handle => {
      const task = all().find(({ taskHandle }) => taskHandle === handle);
      if (!task) return undefined;
      const { cancelTimer: _, ...stored } = task;
      return stored;
    },
    restore: (_, stored) => recordMoveTask(engine.moveTasks, { ...stored, cancelTimer: () => {} }),
  });
}

/** Keys are `<queue>/<rest>`; a queue's name holds no slash. */
function split(key: string): { queueName: string; rest: string } {
  const slash = key.indexOf('/');
  return { queueName: key.slice(0, slash), rest: key.slice(slash + 1) };
}

function at(engine: SqsEngine, key: string): { queue: Queue; message: Message } | undefined {
  const { queueName, rest } = split(key);
  const queue = engine.queues.get(queueName);
  const message = queue?.store.find(rest);
  return queue && message && { queue, message };
}

function* messageKeys(engine: SqsEngine, isWanted: (message: Message) => boolean = () => true): Generator<string> {
  for (const { name, store } of engine.queues.values()) {
    for (const message of store.all) if (isWanted(message)) yield `${name}/${message.messageId}`;
  }
}
