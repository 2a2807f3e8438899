/** What `test_lambda_destinations.py` does, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage, Queue } from './mapping-stage.ts';
import { answering, ECHO, FAIL_ON_REQUEST, failing } from './recorded-functions.ts';
import type { RecordedTest, RecordedTests } from './recorded-test.ts';

/** One and two minutes between the attempts, and some time for the attempts themselves. */
const ALL_ATTEMPTS_MS = 4 * 60_000;
const MESSAGE = JSON.stringify({ message: 'retry-msg-7x7f3' });

/** Configures a function's destinations. @returns what the recorder saw */
function configure(
  stage: MappingStage,
  FunctionName: string,
  { queue, ...settings }: { queue: Queue; [setting: string]: unknown },
): Promise<JsonObject> {
  const Destination = queue.arn;
  const DestinationConfig = { OnSuccess: { Destination }, OnFailure: { Destination } };
  return stage.lambda('PutFunctionEventInvokeConfig', { FunctionName, DestinationConfig, ...settings });
}

function invokeLater(stage: MappingStage, FunctionName: string, Payload: string): Promise<JsonObject> {
  return stage.call('lambda', 'Invoke', { FunctionName, InvocationType: 'Event', Payload });
}

const destination: RecordedTest = async (stage, parameters) => {
  const queue = await stage.queue();
  const FunctionName = await stage.function(FAIL_ON_REQUEST);
  const configured = await configure(stage, FunctionName, { queue, MaximumRetryAttempts: 0 });
  await invokeLater(stage, FunctionName, parameters === 'payload0' ? '{}' : '{"raise_error": 1}');
  return {
    put_function_event_invoke_config: configured,
    receive_message_result: await stage.receive(queue, { MessageAttributeNames: ['All'] }),
  };
};

const defaultRetries: RecordedTest = async stage => {
  const queue = await stage.queue();
  const FunctionName = await stage.function(FAIL_ON_REQUEST);
  const configured = await configure(stage, FunctionName, { queue });
  await invokeLater(stage, FunctionName, '{"raise_error": 1}');
  return {
    put_function_event_invoke_config: configured,
    receive_message_result: await stage.receive(queue, { MessageAttributeNames: ['All'] }),
  };
};

const retries: RecordedTest = async stage => {
  const queue = await stage.queue();
  const FunctionName = await stage.function(failing('intentional failure'));
  const DestinationConfig = { OnFailure: { Destination: queue.arn } };
  await configure(stage, FunctionName, { queue, MaximumRetryAttempts: 2, DestinationConfig });
  await invokeLater(stage, FunctionName, MESSAGE);
  await stage.pass(ALL_ATTEMPTS_MS);
  await stage.receive(queue, { AttributeNames: ['All'], VisibilityTimeout: 0 });
  return { queue_destination_payload: await stage.receive(queue, { AttributeNames: ['All'], VisibilityTimeout: 1 }) };
};

const maximumAge: RecordedTest = async stage => {
  const queue = await stage.queue();
  const FunctionName = await stage.function(failing('intentional failure'));
  const DestinationConfig = { OnFailure: { Destination: queue.arn } };
  await configure(stage, FunctionName, {
    queue,
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: 60,
    DestinationConfig,
  });
  const receive = async () => {
    const { Messages } = await stage.receive(queue, { AttributeNames: ['All'], MaxNumberOfMessages: 1 });
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await stage.call('sqs', 'DeleteMessage', { QueueUrl: queue.url, ReceiptHandle });
    return Messages?.[0];
  };
  await invokeLater(stage, FunctionName, MESSAGE);
  const withoutRetry = await receive();
  await stage.lambda('UpdateFunctionEventInvokeConfig', {
    FunctionName,
    MaximumEventAgeInSeconds: 90,
    MaximumRetryAttempts: 2,
  });
  await invokeLater(stage, FunctionName, MESSAGE);
  return { no_retry_failure_message: withoutRetry, single_retry_failure_message: await receive() };
};

const eventBus: RecordedTest = async stage => {
  const EventBusName = stage.name('bus');
  const { EventBusArn } = await stage.call<{ EventBusArn: string }>('events', 'CreateEventBus', { Name: EventBusName });
  const queue = await stage.queue();
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue.arn,
      },
    ],
  });
  await stage.call('sqs', 'SetQueueAttributes', { QueueUrl: queue.url, Attributes: { Policy } });
  const rule = { Name: 'CustomRule', EventBusName, EventPattern: JSON.stringify({ version: ['0'] }) };
  await stage.call('events', 'PutRule', rule);
  const Targets = [{ Id: 'queue', Arn: queue.arn, InputPath: '$.detail.responsePayload' }];
  await stage.call('events', 'PutTargets', { Rule: 'CustomRule', EventBusName, Targets });
  const FunctionName = await stage.function(answering({ hello: 'world', test: 'abc', val: 5, success: true }));
  await stage.lambda('PutFunctionEventInvokeConfig', {
    FunctionName,
    DestinationConfig: { OnSuccess: { Destination: EventBusArn } },
  });
  const triggered = await stage.function(ECHO);
  await stage.mapping({ EventSourceArn: queue.arn, FunctionName: triggered, BatchSize: 10 });
  await invokeLater(stage, FunctionName, '{}');
  await stage.pass(ALL_ATTEMPTS_MS);
  return { filtered_message_event_bus_sqs: stage.events(triggered)[0] };
};

export const DESTINATION_TESTS: RecordedTests = {
  tests: {
    test_assess_lambda_destination_invocation: destination,
    test_invoke_lambda_eventbridge: eventBus,
    test_lambda_destination_default_retries: defaultRetries,
    test_maxeventage: maximumAge,
    test_retries: retries,
  },
  outOfScope: {
    test_dead_letter_queue: 'the log lines of a Python function: only Node.js runs here',
  },
};
