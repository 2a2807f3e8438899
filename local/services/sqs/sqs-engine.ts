import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { Cancel } from '../../time/clock.ts';
import type { MoveTask } from './move-task.ts';
import { createQueue, type Queue, type QueueCreation, retentionHorizonMs } from './queue.ts';
import type { SqsChanges } from './sqs-changes.ts';
import { missingParameter, sqsError } from './sqs-error.ts';

/** What the operations share. */
export interface SqsEngine {
  readonly cloud: Cloud;
  readonly queues: Map<string, Queue>;
  /** Newest first, by source ARN. */
  readonly moveTasks: Map<string, MoveTask[]>;
  /** Set while the gauges are to be reported. */
  gauges: Cancel | undefined;
  /** Told of every change of a record. */
  changes: SqsChanges;
}

/** Puts a queue in its place, with nothing in it. */
export function openQueue(
  engine: SqsEngine,
  creation: Pick<QueueCreation, 'name' | 'fifo' | 'attributes' | 'createdMs'>,
): Queue {
  const { cloud, queues } = engine;
  const { name } = creation;
  const queue = createQueue({
    ...creation,
    arn: cloud.arn('sqs', name),
    clock: cloud.clock,
    onVisible: visible => announceVisible(engine, visible),
    changes: {
      message: messageId => engine.changes.message(name, messageId),
      receive: messageId => engine.changes.receive(name, messageId),
    },
  });
  queues.set(name, queue);
  return queue;
}

/** The queue's URL carries the origin under which the cloud is served. */
export function queueUrl(cloud: Cloud, name: string): string {
  return `${cloud.endpoint}/${cloud.accountId}/${name}`;
}

/** Only the last segment counts, so that a URL made under another origin still finds its queue. */
export function queueNameOf(input: JsonObject): string {
  const url = input.QueueUrl;
  if (typeof url !== 'string' || url === '') throw missingParameter('QueueUrl');
  return url.slice(url.lastIndexOf('/') + 1);
}

/** @throws AwsError QueueDoesNotExist */
export function findQueue(engine: SqsEngine, input: JsonObject): Queue {
  return findQueueByName(engine, queueNameOf(input));
}

export function findQueueByName(engine: SqsEngine, name: string): Queue {
  const queue = engine.queues.get(name);
  if (!queue) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

export function findQueueByArn(engine: SqsEngine, arn: string): Queue | undefined {
  const queue = engine.queues.get(arn.slice(arn.lastIndexOf(':') + 1));
  return queue?.arn === arn ? queue : undefined;
}

/** Tells pollers and waiting receives that messages have become visible. */
export function announceVisible(engine: SqsEngine, queue: Queue): void {
  for (const waiting of queue.waiting) {
    if (queue.store.counts.visible === 0) break;
    if (waiting()) queue.waiting.delete(waiting);
  }
  if (queue.store.counts.visible > 0) engine.cloud.signals.notify(queue.arn);
}

/** Forgets what has been in the queue for longer than it keeps messages. */
export function expireMessages(engine: SqsEngine, queue: Queue): void {
  queue.store.expire(retentionHorizonMs(queue, engine.cloud.clock.now()));
}

/** Who sent a message, in the form of `SenderId`. */
export function senderIdOf(cloud: Cloud, principal: Principal): string {
  switch (principal.kind) {
    case 'operator':
      return cloud.accountId;
    case 'role':
      return `${principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)}:${principal.session}`;
    case 'service':
      return principal.service;
  }
}

/** One datum in `AWS/SQS`, by queue. */
export function putMetric(engine: SqsEngine, queue: Queue, metric: { name: string; value: number }): void {
  const unit = metric.name.startsWith('ApproximateAge') ? 'Seconds' : 'Count';
  engine.cloud.metrics({ namespace: 'AWS/SQS', dimensions: { QueueName: queue.name }, unit, ...metric });
}
