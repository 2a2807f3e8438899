/** What `test_lambda_integration_sqs.py` does with functions that fail, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage, Queue, Received } from './mapping-stage.ts';
import { TELL_AND_FAIL, TELL_AND_REPORT } from './recorded-functions.ts';
import type { RecordedTest } from './recorded-test.ts';

interface RetriedOptions {
  readonly source: string;
  /** Of the function and of the queue's visibility. */
  readonly timeoutS: number;
  /** How often a message is received before it is a dead letter. @default never one */
  readonly maxReceiveCount?: number;
  readonly fifo?: boolean;
  /** @default none */
  readonly overwriteResult?: string;
}

/** A function that tells of its attempts, and the queue that feeds it. */
interface Retried {
  readonly functionName: string;
  readonly source: Queue;
  readonly told: Queue;
  readonly deadLetters: Queue;
  readonly toldUrl: JsonObject;
}

async function retried(stage: MappingStage, options: RetriedOptions): Promise<Retried> {
  const told = await stage.queue();
  const QueueName = told.url.slice(told.url.lastIndexOf('/') + 1);
  const toldUrl = await stage.answer('sqs', 'GetQueueUrl', { QueueName });
  const { overwriteResult } = options;
  const functionName = await stage.function(options.source, {
    Timeout: options.timeoutS,
    Environment: {
      Variables: {
        DESTINATION_QUEUE_URL: told.url,
        ...(overwriteResult === undefined ? {} : { OVERWRITE_RESULT: overwriteResult }),
      },
    },
  });
  const [fifo, suffix] = options.fifo ? [{ FifoQueue: 'true' }, '.fifo'] : [{}, ''];
  const deadLetters = await stage.queue(fifo, suffix);
  const { maxReceiveCount } = options;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount });
  const source = await stage.queue(
    {
      ...fifo,
      VisibilityTimeout: String(options.timeoutS),
      ...(maxReceiveCount === undefined ? {} : { RedrivePolicy }),
    },
    suffix,
  );
  return { functionName, source, told, deadLetters, toldUrl };
}

function send(stage: MappingStage, queue: Queue, MessageBody: string, more: JsonObject = {}): Promise<JsonObject> {
  return stage.call('sqs', 'SendMessage', { QueueUrl: queue.url, MessageBody, ...more });
}

/** What the next attempt told. Each message is received once only within the test: the told queue hides it for long. */
function attempt(stage: MappingStage, { told }: Retried): Promise<Received> {
  return stage.receive(told, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
}

/** The body as the recorded test wrote it: Python puts a space after a colon and after a comma. */
function orderToFail({ told }: Retried, attempts: number): string {
  return `{"destination": "${told.url}", "fail_attempts": ${attempts}}`;
}

const retryAfterVisibility: RecordedTest = async stage => {
  const test = await retried(stage, { source: TELL_AND_FAIL, timeoutS: 5 });
  const mapping = await stage.mapping({
    EventSourceArn: test.source.arn,
    FunctionName: test.functionName,
    BatchSize: 1,
  });
  const described = await stage.lambda('GetEventSourceMapping', { UUID: mapping.UUID });
  await send(stage, test.source, orderToFail(test, 1));
  return {
    get_destination_queue_url: test.toldUrl,
    event_source_mapping: described,
    first_attempt: await attempt(stage, test),
    second_attempt: await attempt(stage, test),
  };
};

const bodyAndAttributes: RecordedTest = async stage => {
  const test = await retried(stage, { source: TELL_AND_FAIL, timeoutS: 5, maxReceiveCount: 2 });
  await stage.mapping({ EventSourceArn: test.source.arn, FunctionName: test.functionName, BatchSize: 1 });
  const MessageAttributes = {
    Title: { DataType: 'String', StringValue: 'The Whistler' },
    Author: { DataType: 'String', StringValue: 'John Grisham' },
    WeeksOn: { DataType: 'Number', StringValue: '6' },
  };
  await send(stage, test.source, orderToFail(test, 0), { MessageAttributes });
  return { get_destination_queue_url: test.toldUrl, first_attempt: await attempt(stage, test) };
};

const redrive: RecordedTest = async stage => {
  const test = await retried(stage, { source: TELL_AND_FAIL, timeoutS: 5, maxReceiveCount: 2 });
  await stage.mapping({ EventSourceArn: test.source.arn, FunctionName: test.functionName, BatchSize: 1 });
  await send(stage, test.source, orderToFail(test, 2));
  return {
    get_destination_queue_url: test.toldUrl,
    first_attempt: await attempt(stage, test),
    second_attempt: await attempt(stage, test),
    dlq_response: await stage.receive(test.deadLetters),
  };
};

const REPORTS = {
  BatchSize: 10,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};

const partialBatch: RecordedTest = async stage => {
  const test = await retried(stage, { source: TELL_AND_REPORT, timeoutS: 8, maxReceiveCount: 2, fifo: true });
  const Entries = [0, 1, 1, 2].map((attempts, index) => ({
    Id: `message-${index + 1}`,
    MessageBody: `{"message": ${index + 1}, "fail_attempts": ${attempts}}`,
    MessageGroupId: '1',
    MessageDeduplicationId: `dedup-${index + 1}`,
  }));
  const sent = await stage.answer('sqs', 'SendMessageBatch', { QueueUrl: test.source.url, Entries });
  const input = { ...REPORTS, EventSourceArn: test.source.arn, FunctionName: test.functionName };
  return {
    get_destination_queue_url: test.toldUrl,
    send_message_batch: sent,
    create_event_source_mapping: await stage.lambda('CreateEventSourceMapping', input),
    first_invocation: await attempt(stage, test),
    second_invocation: await attempt(stage, test),
    dlq_response: await stage.receive(test.deadLetters),
  };
};

const functionError: RecordedTest = async stage => {
  const test = await retried(stage, { source: TELL_AND_FAIL, timeoutS: 2, maxReceiveCount: 2 });
  const Entries = [
    { Id: 'message-1', MessageBody: '{not a json body' },
    { Id: 'message-2', MessageBody: '{"message": 2, "fail_attempts": 0}' },
  ];
  await stage.call('sqs', 'SendMessageBatch', { QueueUrl: test.source.url, Entries });
  const { FunctionResponseTypes } = REPORTS;
  await stage.mapping({ EventSourceArn: test.source.arn, FunctionName: test.functionName, FunctionResponseTypes });
  await stage.pass(60_000);
  const { Messages = [] } = await stage.receive(test.deadLetters, { MaxNumberOfMessages: 10 });
  return { dlq_messages: Messages.toSorted((a, b) => (String(a.MD5OfBody) < String(b.MD5OfBody) ? -1 : 1)) };
};

const invalidReport: RecordedTest = async stage => {
  const overwriteResult = '{"batchItemFailures": [{"foo":"notvalid"}]}';
  const test = await retried(stage, { source: TELL_AND_REPORT, timeoutS: 4, maxReceiveCount: 2, overwriteResult });
  await stage.mapping({ ...REPORTS, EventSourceArn: test.source.arn, FunctionName: test.functionName });
  await send(stage, test.source, '{"message": 1, "fail_attempts": 0}');
  return {
    get_destination_queue_url: test.toldUrl,
    first_invocation: await attempt(stage, test),
    second_invocation: await attempt(stage, test),
    dlq_response: await stage.receive(test.deadLetters),
  };
};

const emptyReport: RecordedTest = async stage => {
  const test = await retried(stage, {
    source: TELL_AND_REPORT,
    timeoutS: 4,
    maxReceiveCount: 1,
    overwriteResult: '{}',
  });
  await stage.mapping({ ...REPORTS, EventSourceArn: test.source.arn, FunctionName: test.functionName });
  await send(stage, test.source, '{"message": 1, "fail_attempts": 0}');
  return { get_destination_queue_url: test.toldUrl, first_invocation: await attempt(stage, test) };
};

export const SQS_RETRY_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_failing_lambda_retries_after_visibility_timeout: retryAfterVisibility,
  test_message_body_and_attributes_passed_correctly: bodyAndAttributes,
  test_redrive_policy_with_failing_lambda: redrive,
  test_report_batch_item_failures: partialBatch,
  test_report_batch_item_failures_empty_json_batch_succeeds: emptyReport,
  test_report_batch_item_failures_invalid_result_json_batch_fails: invalidReport,
  test_report_batch_item_failures_on_lambda_error: functionError,
};
