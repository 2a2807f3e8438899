/** What `tests/aws/services/sqs/test_sqs_move_task.py` does, step by step. */
import type { MappingStage, Queue } from '../lambda/mapping-stage.ts';
import type { RecordedTest, RecordedTests } from '../lambda/recorded-test.ts';

/** Longer than an unbounded task takes. */
const UNBOUNDED_MS = 1_000;
const SECOND_MS = 1_000;

interface Pipe {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** A queue whose messages become dead letters after one receive. */
async function pipe(stage: MappingStage, deadLetters?: Queue): Promise<Pipe> {
  const target = deadLetters ?? (await stage.queue());
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: target.arn, maxReceiveCount: 1 });
  return { queue: await stage.queue({ RedrivePolicy }), deadLetters: target };
}

/** Sends messages and receives them until all are dead letters. */
async function die(stage: MappingStage, { queue }: Pipe, bodies: readonly string[]): Promise<void> {
  for (const MessageBody of bodies) await stage.call('sqs', 'SendMessage', { QueueUrl: queue.url, MessageBody });
  for (let receive = 0; receive < bodies.length * 2; receive++) {
    await stage.call('sqs', 'ReceiveMessage', { QueueUrl: queue.url, VisibilityTimeout: 0 });
  }
}

function numberedBodies(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `message-${index}`);
}

const basicWorkflow: RecordedTest = async stage => {
  const dead = await pipe(stage);
  const destination = await stage.queue();
  await die(stage, dead, ['message-1', 'message-2']);
  const SourceArn = dead.deadLetters.arn;
  const start = { SourceArn, DestinationArn: destination.arn };
  const started = await stage.answer('sqs', 'StartMessageMoveTask', start);
  await stage.pass(UNBOUNDED_MS);
  return {
    'start-message-move-task-response': started,
    'list-message-move-task-response': await stage.answer('sqs', 'ListMessageMoveTasks', { SourceArn }),
  };
};

const defaultDestination: RecordedTest = async stage => {
  const dead = await pipe(stage);
  await die(stage, dead, ['message-1', 'message-2']);
  return {
    'original-source': dead.queue.arn,
    ...(await movedToSources(stage, dead.deadLetters)),
  };
};

const severalDefaultDestinations: RecordedTest = async stage => {
  const first = await pipe(stage);
  const second = await pipe(stage, first.deadLetters);
  await die(stage, first, ['message-1-1', 'message-1-2']);
  await die(stage, second, ['message-2-1', 'message-2-2']);
  return {
    'original-source-1': first.queue.arn,
    'original-source-2': second.queue.arn,
    ...(await movedToSources(stage, first.deadLetters)),
  };
};

/** Moves dead letters back to where they came from. */
async function movedToSources(stage: MappingStage, { arn: SourceArn }: Queue) {
  const started = await stage.answer('sqs', 'StartMessageMoveTask', { SourceArn });
  await stage.pass(UNBOUNDED_MS);
  return {
    'source-arn': SourceArn,
    'start-message-move-task-response': started,
    'list-message-move-task-response': await stage.answer('sqs', 'ListMessageMoveTasks', { SourceArn }),
  };
}

/** Ten dead letters, and a task that moves one of them a second. */
async function slowTask(stage: MappingStage) {
  const dead = await pipe(stage);
  const destination = await stage.queue();
  await die(stage, dead, numberedBodies(10));
  const SourceArn = dead.deadLetters.arn;
  const start = { SourceArn, DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 1 };
  const { TaskHandle } = await stage.call<{ TaskHandle: string }>('sqs', 'StartMessageMoveTask', start);
  return { start, SourceArn, TaskHandle, destination };
}

const cancel: RecordedTest = async stage => {
  const { SourceArn, TaskHandle, destination } = await slowTask(stage);
  for (let received = 0; received < 2; received++) await stage.receive(destination, { MaxNumberOfMessages: 1 });
  const listed = await stage.answer('sqs', 'ListMessageMoveTasks', { SourceArn });
  const cancelled = await stage.answer('sqs', 'CancelMessageMoveTask', { TaskHandle });
  for (let waited = 0; waited < 30; waited++) {
    const { Results } = await stage.call<{ Results: { Status: string }[] }>('sqs', 'ListMessageMoveTasks', {
      SourceArn,
    });
    if (Results[0]?.Status === 'CANCELLED') break;
    await stage.pass(SECOND_MS);
  }
  return {
    'list-while': listed,
    cancel: cancelled,
    'list-after': await stage.answer('sqs', 'ListMessageMoveTasks', { SourceArn }),
  };
};

const deleteDestination: RecordedTest = async stage => {
  const { SourceArn, destination } = await slowTask(stage);
  await stage.call('sqs', 'DeleteQueue', { QueueUrl: destination.url });
  await stage.pass(30 * SECOND_MS);
  return { list: await stage.answer('sqs', 'ListMessageMoveTasks', { SourceArn }) };
};

const throughputLimit: RecordedTest = async stage => {
  const dead = await pipe(stage);
  const destination = await stage.queue();
  await die(stage, dead, numberedBodies(4));
  const start = { SourceArn: dead.deadLetters.arn, DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 1 };
  return { 'start-message-move-task-response': await stage.answer('sqs', 'StartMessageMoveTask', start) };
};

const startTwice: RecordedTest = async stage => {
  const { start } = await slowTask(stage);
  return { error: await stage.answer('sqs', 'StartMessageMoveTask', start) };
};

const destinationMissing: RecordedTest = async stage => {
  const { deadLetters } = await pipe(stage);
  const DestinationArn = `${(await stage.queue()).arn}doesntexist`;
  return { error: await stage.answer('sqs', 'StartMessageMoveTask', { SourceArn: deadLetters.arn, DestinationArn }) };
};

const sourceWithoutRedrive: RecordedTest = async stage => {
  const [source, destination] = [await stage.queue(), await stage.queue()];
  const input = { SourceArn: source.arn, DestinationArn: destination.arn };
  return { error: await stage.answer('sqs', 'StartMessageMoveTask', input) };
};

/** A handle names its task and its source. */
function taskHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

const handleOfNoTask: RecordedTest = async stage => {
  const { arn } = await stage.queue();
  const TaskHandle = taskHandle('10f57157-fc38-4da9-a113-4de7e12d05aa', arn);
  return { error: await stage.answer('sqs', 'CancelMessageMoveTask', { TaskHandle }) };
};

const handleOfNoQueue: RecordedTest = async stage => {
  const TaskHandle = taskHandle(
    '10f57157-fc38-4da9-a113-4de7e12d05dd',
    stage.cloud.arn('sqs', 'test-queue-doesnt-exist-123456'),
  );
  return { error: await stage.answer('sqs', 'CancelMessageMoveTask', { TaskHandle }) };
};

const handleOfNothing: RecordedTest = async stage => ({
  error: await stage.answer('sqs', 'CancelMessageMoveTask', { TaskHandle: 'foobared' }),
});

export const MOVE_TASK_TESTS: RecordedTests = {
  tests: {
    test_basic_move_task_workflow: basicWorkflow,
    test_cancel_with_invalid_source_arn_in_task_handle: handleOfNoQueue,
    test_cancel_with_invalid_task_handle: handleOfNothing,
    test_cancel_with_invalid_task_id_in_task_handle: handleOfNoTask,
    test_destination_needs_to_exist: destinationMissing,
    test_move_task_cancel: cancel,
    test_move_task_delete_destination_queue_while_running: deleteDestination,
    test_move_task_with_throughput_limit: throughputLimit,
    test_move_task_workflow_with_default_destination: defaultDestination,
    test_move_task_workflow_with_multiple_sources_as_default_destination: severalDefaultDestinations,
    test_source_needs_redrive_policy: sourceWithoutRedrive,
    test_start_multiple_move_tasks: startTwice,
  },
  undetermined: {
    test_move_task_cancel: ['ApproximateNumberOfMessagesMoved'],
    test_move_task_delete_destination_queue_while_running: ['ApproximateNumberOfMessagesMoved'],
  },
};
