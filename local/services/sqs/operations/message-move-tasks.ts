/** `StartMessageMoveTask`, `ListMessageMoveTasks` and `CancelMessageMoveTask`. */
import type { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { runMoveTask } from '../message-mover.ts';
import { MAX_LISTED_TASKS, type MoveTask, recordMoveTask } from '../move-task.ts';
import { redrivePolicyOf } from '../queue-attributes.ts';
import { findQueueByArn, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, missingParameter, sqsError } from '../sqs-error.ts';

const MAX_RATE = 500;

export function startMessageMoveTask(engine: SqsEngine, input: JsonObject) {
  const source = findNamedQueue(engine, input, 'SourceArn');
  if (!source) throw missingParameter('SourceArn');
  const destination = findNamedQueue(engine, input, 'DestinationArn');
  const isDeadLetterQueue = [...engine.queues.values()].some(
    ({ attributes }) => redrivePolicyOf(attributes)?.deadLetterTargetArn === source.arn,
  );
  if (!isDeadLetterQueue) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
  const tasks = engine.moveTasks.get(source.arn) ?? [];
  if (tasks.some(({ status }) => status === 'RUNNING'))
    throw sqsError(
      'UnsupportedOperation',
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    );
  const task: MoveTask = {
    taskHandle: encodeHandle(engine.cloud.ids.uuid(), source.arn),
    sourceArn: source.arn,
    destinationArn: destination?.arn,
    maxPerSecond: parseRate(input.MaxNumberOfMessagesPerSecond),
    startedMs: engine.cloud.clock.now(),
    toMove: source.store.counts.visible,
    status: 'RUNNING',
    moved: 0,
    cancelTimer: () => {},
  };
  recordMoveTask(engine.moveTasks, task);
  engine.changes.moveTask(task.taskHandle);
  runMoveTask(engine, task);
  return { TaskHandle: task.taskHandle };
}

export function listMessageMoveTasks(engine: SqsEngine, input: JsonObject) {
  const source = findNamedQueue(engine, input, 'SourceArn');
  if (!source) throw missingParameter('SourceArn');
  const limit = input.MaxResults ?? 1;
  if (typeof limit !== 'number' || limit < 1 || limit > MAX_LISTED_TASKS)
    throw invalidParameter('Value for parameter MaxResults is invalid.');
  return { Results: (engine.moveTasks.get(source.arn) ?? []).slice(0, limit).map(describeTask) };
}

export function cancelMessageMoveTask(engine: SqsEngine, input: JsonObject) {
  const handle = input.TaskHandle;
  if (typeof handle !== 'string' || handle === '') throw missingParameter('TaskHandle');
  const sourceArn = sourceArnOf(handle);
  if (sourceArn === undefined) throw invalidParameter('Value for parameter TaskHandle is invalid.');
  if (!findQueueByArn(engine, sourceArn))
    throw notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  const task = engine.moveTasks.get(sourceArn)?.find(({ taskHandle }) => taskHandle === handle);
  if (!task) throw notFound('Task does not exist.');
  if (task.status !== 'RUNNING') throw sqsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
  task.status = 'CANCELLED';
  task.cancelTimer();
  engine.changes.moveTask(handle);
  return { ApproximateNumberOfMessagesMoved: task.moved };
}

function describeTask(task: MoveTask): JsonObject {
  return {
    ...(task.status === 'RUNNING' ? { TaskHandle: task.taskHandle } : {}),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
    ...(task.maxPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.maxPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason === undefined ? {} : { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedMs,
  };
}

function findNamedQueue(engine: SqsEngine, input: JsonObject, member: string) {
  const arn = input[member];
  if (arn === undefined || arn === null) return undefined;
  const queue = findQueueByArn(engine, String(arn));
  if (!queue) throw notFound(`The resource that you specified for the ${member} parameter doesn't exist.`);
  return queue;
}

function parseRate(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_RATE) return value;
  throw invalidParameter('Value for parameter MaxNumberOfMessagesPerSecond is invalid.');
}

function encodeHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

function sourceArnOf(handle: string): string | undefined {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString('utf8')) as Record<string, unknown>;
    return typeof taskId === 'string' && typeof sourceArn === 'string' ? sourceArn : undefined;
  } catch {
    return undefined;
  }
}

function notFound(message: string): AwsError {
  return sqsError('ResourceNotFoundException', message, { status: 404 });
}
