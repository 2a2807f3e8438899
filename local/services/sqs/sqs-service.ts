import type { Cloud } from '../../cloud/cloud.ts';
import type { Call, JsonObject, Operation, Service } from '../../cloud/service.ts';
import { changeMessageVisibility, changeMessageVisibilityBatch } from './operations/change-message-visibility.ts';
import { createQueue } from './operations/create-queue.ts';
import { deleteMessage, deleteMessageBatch } from './operations/delete-message.ts';
import { deleteQueue } from './operations/delete-queue.ts';
import { getQueueAttributes } from './operations/get-queue-attributes.ts';
import { getQueueUrl } from './operations/get-queue-url.ts';
import { listDeadLetterSourceQueues, listQueues } from './operations/list-queues.ts';
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from './operations/message-move-tasks.ts';
import { purgeQueue } from './operations/purge-queue.ts';
import { listQueueTags, tagQueue, untagQueue } from './operations/queue-tags.ts';
import { receiveMessage } from './operations/receive-message.ts';
import { sendMessage } from './operations/send-message.ts';
import { sendMessageBatch } from './operations/send-message-batch.ts';
import { setQueueAttributes } from './operations/set-queue-attributes.ts';
import { unkept } from './sqs-changes.ts';
import { findQueueByArn, type SqsEngine } from './sqs-engine.ts';
import { keepSqs } from './sqs-journal.ts';
import { sqsPermissions } from './sqs-permissions.ts';

type SqsOperation = (engine: SqsEngine, input: JsonObject, call: Call) => unknown;

const OPERATIONS: Readonly<Record<string, SqsOperation>> = {
  CancelMessageMoveTask: cancelMessageMoveTask,
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  CreateQueue: createQueue,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  ListMessageMoveTasks: listMessageMoveTasks,
  ListQueues: listQueues,
  ListQueueTags: listQueueTags,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  SetQueueAttributes: setQueueAttributes,
  StartMessageMoveTask: startMessageMoveTask,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
};

/** SQS: standard and FIFO queues, long polling, dead-letter queues and their redrive. */
export function sqsService(cloud: Cloud): Service {
  const engine: SqsEngine = { cloud, queues: new Map(), moveTasks: new Map(), gauges: undefined, changes: unkept };
  keepSqs(engine);
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS))
    operations[name] = (input, call) => operation(engine, input, call);
  cloud.onClose(() => endWaiting(engine));
  return {
    name: 'sqs',
    wire: { protocol: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    operations,
    permissions: (operation, input) => sqsPermissions(cloud, operation, input),
    resourcePolicy: arn => policyOf(engine, arn),
  };
}

function policyOf(engine: SqsEngine, arn: string): JsonObject | undefined {
  const policy = findQueueByArn(engine, arn)?.attributes.get('Policy');
  return policy === undefined ? undefined : (JSON.parse(policy) as JsonObject); // a document: checked when it was set
}

/** Receives that still wait are answered, so that nobody hangs on a cloud that has ended. */
function endWaiting(engine: SqsEngine): void {
  engine.gauges?.();
  for (const queue of engine.queues.values()) {
    queue.deleted = true;
    for (const waiting of queue.waiting) waiting();
    queue.waiting.clear();
  }
}
