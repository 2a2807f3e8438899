/** What `test_lambda_integration_sqs.py` does with mappings and what they answer, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage } from './mapping-stage.ts';
import { ECHO, FAIL_ON_REQUEST, TELL_RECORDS } from './recorded-functions.ts';
import type { RecordedTest } from './recorded-test.ts';
import { INVALID_SQS_FILTERS, sqsFilterCase } from './sqs-filters.ts';

/** Longer than a mapping takes to act on a message. */
const PROPAGATION_MS = 30_000;
const WINDOW = { MaximumBatchingWindowInSeconds: 1 };

function send(stage: MappingStage, QueueUrl: string, MessageBody: string): Promise<JsonObject> {
  return stage.call('sqs', 'SendMessage', { QueueUrl, MessageBody });
}

const basic: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const queue = await stage.queue();
  const mapping = await stage.mapping({ ...WINDOW, EventSourceArn: queue.arn, FunctionName });
  await send(stage, queue.url, '{"foo": "bar"}');
  await stage.pass(PROPAGATION_MS);
  return { 'create-event-source-mapping-response': mapping, events: stage.events(FunctionName) };
};

const duplicate: RecordedTest = async stage => {
  const { arn: EventSourceArn } = await stage.queue();
  const input = { FunctionName: await stage.function(ECHO), EventSourceArn };
  return { create: await stage.mapping(input), error: await stage.lambda('CreateEventSourceMapping', input) };
};

const defaultBatchSize: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const [first, second] = [await stage.queue(), await stage.queue()];
  const mapping = await stage.mapping({ EventSourceArn: first.arn, FunctionName });
  const eleven = { FunctionName, BatchSize: 11 };
  return {
    'create-event-source-mapping': mapping,
    'invalid-update-event-source-mapping': await stage.lambda('UpdateEventSourceMapping', {
      ...eleven,
      UUID: mapping.UUID,
    }),
    'invalid-create-event-source-mapping': await stage.lambda('CreateEventSourceMapping', {
      ...eleven,
      EventSourceArn: second.arn,
    }),
  };
};

/** @returns what the function told of, in the order of the bodies */
async function toldRecords(stage: MappingStage, queue: { url: string; arn: string }, count: number) {
  const batches: JsonObject[][] = [];
  while (batches.flat().length < count) {
    const { Messages = [] } = await stage.receive(queue, { MaxNumberOfMessages: 10, VisibilityTimeout: 120 });
    for (const { Body, ReceiptHandle } of Messages) {
      batches.push(JSON.parse(String(Body)));
      await stage.call('sqs', 'DeleteMessage', { QueueUrl: queue.url, ReceiptHandle });
    }
  }
  const bodyOf = (record: JsonObject) => String(record.body);
  const records = batches.flat().toSorted((a, b) => (bodyOf(a) < bodyOf(b) ? -1 : 1));
  return { batches, records };
}

function entries(round: number, count: number, body: (index: number) => string): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ Id: `${index}-${round}`, MessageBody: body(index) }));
}

const batchSize: RecordedTest = async (stage, parameters) => {
  const told = await stage.queue();
  const FunctionName = await stage.function(TELL_RECORDS, { Environment: { Variables: { SQS_QUEUE_URL: told.url } } });
  const queue = await stage.queue();
  const mapping = await stage.mapping({
    EventSourceArn: queue.arn,
    FunctionName,
    MaximumBatchingWindowInSeconds: 10,
    BatchSize: Number(parameters),
  });
  const sendBatch = (round: number, count: number) =>
    stage.answer('sqs', 'SendMessageBatch', {
      QueueUrl: queue.url,
      Entries: entries(round, count, index => `${index}-${round}-message-${index}`),
    });
  return {
    'create-event-source-mapping-response': mapping,
    'send-message-batch-result-10': await sendBatch(0, 10),
    'send-message-batch-result-5': await sendBatch(1, 5),
    Records: (await toldRecords(stage, told, 15)).records,
  };
};

const reservedConcurrency: RecordedTest = async stage => {
  const told = await stage.queue();
  const FunctionName = await stage.function(TELL_RECORDS, { Environment: { Variables: { SQS_QUEUE_URL: told.url } } });
  const reserved = { FunctionName, ReservedConcurrentExecutions: 2 };
  const concurrency = await stage.lambda('PutFunctionConcurrency', reserved);
  const queue = await stage.queue();
  const mapping = await stage.mapping({
    EventSourceArn: queue.arn,
    FunctionName,
    MaximumBatchingWindowInSeconds: 10,
    BatchSize: 20,
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  for (let round = 0; round < 3; round++) {
    const Entries = entries(round, 10, index => `${index}-${round}-message`);
    await stage.call('sqs', 'SendMessageBatch', { QueueUrl: queue.url, Entries });
  }
  const { batches, records } = await toldRecords(stage, told, 30);
  return {
    put_concurrency_resp: concurrency,
    'create-event-source-mapping-response': mapping,
    batch_info: { total_batches_received: batches.length },
    Records: records,
  };
};

const filter: RecordedTest = async (stage, parameters) => {
  const { pattern, matching, other } = sqsFilterCase(parameters);
  const FunctionName = await stage.function(ECHO);
  const queue = await stage.queue();
  await send(stage, queue.url, matching);
  await send(stage, queue.url, other);
  const mapping = await stage.mapping({
    ...WINDOW,
    EventSourceArn: queue.arn,
    FunctionName,
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
  });
  await stage.pass(PROPAGATION_MS);
  return { create_event_source_mapping_response: mapping, invocation_events: stage.events(FunctionName) };
};

const invalidFilter: RecordedTest = async (stage, parameters) => {
  const Pattern = INVALID_SQS_FILTERS[parameters] ?? parameters;
  const FunctionName = await stage.function(ECHO);
  const { arn: EventSourceArn } = await stage.queue();
  const input = { ...WINDOW, FunctionName, EventSourceArn, FilterCriteria: { Filters: [{ Pattern }] } };
  return { create_event_source_mapping_exception: await stage.lambda('CreateEventSourceMapping', input) };
};

const update: RecordedTest = async stage => {
  const name = await stage.function(ECHO);
  const publish = async (value: string) => {
    await stage.lambda('UpdateFunctionConfiguration', {
      FunctionName: name,
      Environment: { Variables: { CUSTOM_VAR: value } },
    });
    const { FunctionArn } = await stage.lambda('PublishVersion', { FunctionName: name });
    return String(FunctionArn);
  };
  const eventsOf = (functionArn: string, value: string) =>
    stage.events(functionArn.replace(/^.*:function:/, '')).map(event => ({ event, CUSTOM_VAR: value }));
  const first = await publish('a');
  const queue = await stage.queue();
  const mapping = await stage.mapping({ ...WINDOW, EventSourceArn: queue.arn, FunctionName: first });
  await send(stage, queue.url, '{"foo": "bar"}');
  await stage.pass(PROPAGATION_MS);
  const before = eventsOf(first, 'a');
  const second = await publish('b');
  const { UUID } = mapping;
  const updated = await stage.lambda('UpdateEventSourceMapping', { UUID, FunctionName: second });
  await stage.pass(PROPAGATION_MS);
  const described = await stage.lambda('GetEventSourceMapping', { UUID });
  await send(stage, queue.url, '{"foo": "bar2"}');
  await stage.pass(PROPAGATION_MS);
  return {
    'create-event-source-mapping-response': mapping,
    events: before,
    updated_esm: updated,
    updated_event_source_mapping: described,
    events_postupdate: [...before, ...eventsOf(second, 'b')],
  };
};

const fifoParallelism: RecordedTest = async stage => {
  const attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '60' };
  const queue = await stage.queue(attributes, '.fifo');
  const FunctionName = await stage.function(ECHO, { Timeout: 10 });
  const created = await stage.mapping({ FunctionName, EventSourceArn: queue.arn, Enabled: false, BatchSize: 1 });
  for (let index = 0; index < 5; index++) {
    await stage.call('sqs', 'SendMessage', {
      QueueUrl: queue.url,
      MessageBody: `message-${index}`,
      MessageGroupId: 'fixed-message-group-id-test',
    });
  }
  const { UUID } = created;
  const enabling = await stage.lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
  await stage.pass(PROPAGATION_MS);
  return {
    create_esm_disabled: created,
    update_esm_enabling: enabling,
    get_esm_enabled: await stage.lambda('GetEventSourceMapping', { UUID }),
  };
};

const functionDeadLetters: RecordedTest = async stage => {
  const queue = await stage.queue();
  const DeadLetterConfig = { TargetArn: queue.arn };
  const FunctionName = await stage.function(FAIL_ON_REQUEST, { DeadLetterConfig });
  await stage.lambda('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0 });
  const Payload = '{"raise_error": 1}';
  await stage.call('lambda', 'Invoke', { FunctionName, InvocationType: 'Event', Payload });
  const configuration = await stage.call('lambda', 'GetFunctionConfiguration', { FunctionName });
  return {
    'lambda-response-dlq-config': configuration.DeadLetterConfig,
    messages: await stage.receive(queue, { MessageAttributeNames: ['All'], VisibilityTimeout: 0 }),
  };
};

export const SQS_MAPPING_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_duplicate_event_source_mappings: duplicate,
  test_event_source_mapping_default_batch_size: defaultBatchSize,
  test_fifo_message_group_parallelism: fifoParallelism,
  test_sqs_event_filter: filter,
  test_sqs_event_source_mapping: basic,
  test_sqs_event_source_mapping_batch_size: batchSize,
  test_sqs_event_source_mapping_batching_reserved_concurrency: reservedConcurrency,
  test_sqs_event_source_mapping_update: update,
  test_sqs_invalid_event_filter: invalidFilter,
  test_sqs_queue_as_lambda_dead_letter_queue: functionDeadLetters,
};
