/** What `test_lambda_integration_dynamodbstreams.py` does, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import { FAILURES, SUCCESSES } from './batch-reports.ts';
import { filterCase } from './dynamodb-filters.ts';
import type { MappingStage } from './mapping-stage.ts';
import { answering, ECHO, failing, REPORT_DYNAMODB_FAILURES } from './recorded-functions.ts';
import type { RecordedTest, RecordedTests, StepAnswers } from './recorded-test.ts';

const KEY = 'my_partition_key';
const CREATION_MS = 60_000;
/** Longer than a stream takes to tell of a change, and the mapping to act on it. */
const PROPAGATION_MS = 30_000;
const BINARY_ITEM = { [KEY]: { S: 'hello world' }, binary_key: { B: Buffer.from('foobar').toString('base64') } };

/** The settings that nearly all mappings of these tests have. */
const MAPPING = {
  BatchSize: 1,
  StartingPosition: 'TRIM_HORIZON',
  MaximumBatchingWindowInSeconds: 1,
  MaximumRetryAttempts: 1,
};

interface StreamedTable {
  readonly name: string;
  readonly streamArn: string;
  readonly created: JsonObject;
  readonly updated: JsonObject;
}

/** A table that gets its stream after its creation. */
async function streamedTable(stage: MappingStage, key = KEY, StreamViewType = 'NEW_IMAGE'): Promise<StreamedTable> {
  const name = stage.name('table');
  const created = await stage.answer('dynamodb', 'CreateTable', tableOf(name, key));
  await stage.pass(CREATION_MS);
  const StreamSpecification = { StreamEnabled: true, StreamViewType };
  const updated = await stage.answer('dynamodb', 'UpdateTable', { TableName: name, StreamSpecification });
  await stage.pass(CREATION_MS);
  return { name, streamArn: streamArnOf(updated), created, updated };
}

function tableOf(TableName: string, key: string): JsonObject {
  return {
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
}

/** @param answer of CreateTable or UpdateTable */
function streamArnOf(answer: JsonObject): string {
  return String((answer.TableDescription as JsonObject | undefined)?.LatestStreamArn);
}

async function put(stage: MappingStage, table: { readonly name: string }, Item: JsonObject): Promise<void> {
  await stage.call('dynamodb', 'PutItem', { TableName: table.name, Item });
  await stage.pass(PROPAGATION_MS);
}

const basic: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const table = await streamedTable(stage);
  const mapping = await stage.mapping({ ...MAPPING, FunctionName, EventSourceArn: table.streamArn });
  await put(stage, table, BINARY_ITEM);
  return {
    'create-table-result': table.created,
    create_event_source_mapping_response: mapping,
    event_logs: stage.events(FunctionName),
  };
};

const duplicate: RecordedTest = async stage => {
  const table = await streamedTable(stage);
  const FunctionName = await stage.function(ECHO);
  const { BatchSize: _, ...mapping } = MAPPING;
  const input = { ...mapping, FunctionName, EventSourceArn: table.streamArn };
  return {
    'create-table-result': table.created,
    create: await stage.mapping(input),
    error: await stage.lambda('CreateEventSourceMapping', input),
  };
};

const onFailureQueue: RecordedTest = async stage => {
  const queue = await stage.queue();
  const steps = await reportedFailure(stage, queue.arn);
  return { ...steps, destination_queue_messages: await stage.receive(queue) };
};

const onFailureTopic: RecordedTest = async stage => {
  const queue = await stage.queue();
  const { TopicArn } = await stage.call<{ TopicArn: string }>('sns', 'CreateTopic', { Name: stage.name('topic') });
  await stage.call('sns', 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue.arn });
  const steps = await reportedFailure(stage, TopicArn);
  const { Messages } = await stage.receive(queue);
  return { ...steps, failure_sns_message: JSON.parse(String(Messages?.[0]?.Body)) };
};

async function reportedFailure(stage: MappingStage, Destination: string): Promise<StepAnswers> {
  const FunctionName = await stage.function(failing('unhandled'));
  const table = await streamedTable(stage);
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName,
    EventSourceArn: table.streamArn,
    DestinationConfig: { OnFailure: { Destination } },
  });
  await put(stage, table, { [KEY]: { S: 'hello world' } });
  return {
    create_table_response: table.created,
    update_table_response: table.updated,
    create_event_source_mapping_response: mapping,
  };
}

const filter: RecordedTest = async (stage, parameters) => {
  const { pattern, first, second } = filterCase(parameters);
  const FunctionName = await stage.function(ECHO);
  const table = await streamedTable(stage, 'id', 'NEW_AND_OLD_IMAGES');
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName,
    EventSourceArn: table.streamArn,
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
  });
  await put(stage, table, first);
  const afterFirst = stage.events(FunctionName);
  await put(stage, table, second);
  return {
    table_creation_response: table.created,
    create_event_source_mapping_response: mapping,
    'lambda-log-events': afterFirst,
    'lambda-multiple-log-events': stage.events(FunctionName),
  };
};

const invalidFilter: RecordedTest = async (stage, Pattern) => {
  const FunctionName = await stage.function(ECHO);
  const { streamArn: EventSourceArn } = await streamedTable(stage, 'id', 'NEW_AND_OLD_IMAGES');
  const input = { ...MAPPING, FunctionName, EventSourceArn, FilterCriteria: { Filters: [{ Pattern }] } };
  return { exception_event_source_creation: await stage.lambda('CreateEventSourceMapping', input) };
};

const reportedItemFailures: RecordedTest = async stage => {
  const FunctionName = await stage.function(REPORT_DYNAMODB_FAILURES);
  const table = await streamedTable(stage);
  const queue = await stage.queue();
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName,
    BatchSize: 3,
    MaximumRetryAttempts: 3,
    EventSourceArn: table.streamArn,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  for (let item = 0; item < 6; item++) {
    const Item = { [KEY]: { S: `testId${item}` }, should_fail: { BOOL: item === 5 } };
    await stage.call('dynamodb', 'PutItem', { TableName: table.name, Item });
    await stage.pass(100);
  }
  return {
    create_table_response: table.created,
    update_table_response: table.updated,
    create_event_source_mapping_response: mapping,
    destination_queue_messages: await stage.receive(queue),
    dynamodb_records: { Records: recordsByKey(stage, FunctionName) },
  };
};

function recordsByKey(stage: MappingStage, functionName: string): readonly JsonObject[] {
  const records = stage.events(functionName).flatMap(({ Records }) => Records as JsonObject[]);
  const keyOf = (record: JsonObject) => JSON.stringify((record.dynamodb as JsonObject).Keys);
  return records.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

const failureScenario: RecordedTest = async (stage, parameters) => {
  const source = parameters in FAILURES ? answering(FAILURES[parameters]) : failing('division by zero');
  const FunctionName = await stage.function(source);
  const table = await streamedTable(stage);
  const queue = await stage.queue();
  await stage.mapping({
    ...MAPPING,
    FunctionName,
    BatchSize: 3,
    MaximumRetryAttempts: 3,
    EventSourceArn: table.streamArn,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  await put(stage, table, BINARY_ITEM);
  return {
    'create-table-result': table.created,
    destination_queue_messages: await stage.receive(queue),
    dynamodb_events: stage.events(FunctionName),
  };
};

const successScenario: RecordedTest = async (stage, parameters) => {
  const FunctionName = await stage.function(answering(SUCCESSES[parameters]));
  const table = await streamedTable(stage);
  await stage.mapping({
    ...MAPPING,
    FunctionName,
    MaximumBatchingWindowInSeconds: 0,
    MaximumRetryAttempts: 2,
    EventSourceArn: table.streamArn,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  await put(stage, table, BINARY_ITEM);
  return { 'create-table-result': table.created, dynamodb_events: stage.events(FunctionName) };
};

const missingStream: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const EventSourceArn = stage.cloud.arn('dynamodb', 'table/test-table-4a53f4e8/stream/2025-02-22T03:03:25.490');
  return { error: await stage.lambda('CreateEventSourceMapping', { ...MAPPING, FunctionName, EventSourceArn }) };
};

/** A table that has its stream from the beginning. */
async function tableWithStream(stage: MappingStage) {
  const name = stage.name('table');
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' };
  const created = await stage.answer('dynamodb', 'CreateTable', { ...tableOf(name, 'id'), StreamSpecification });
  await stage.pass(CREATION_MS);
  return { name, created, streamArn: streamArnOf(created) };
}

const disabled: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const table = await tableWithStream(stage);
  const input = { FunctionName, StartingPosition: 'TRIM_HORIZON', MaximumBatchingWindowInSeconds: 1 };
  const mapping = await stage.mapping({ ...input, EventSourceArn: table.streamArn });
  await put(stage, table, { id: { S: '1' }, data: { S: 'data1' } });
  const update = { UUID: mapping.UUID, Enabled: false };
  return {
    dynamodb_create_table_result: table.created,
    create_event_source_mapping_result: mapping,
    update_event_source_mapping_result: await stage.lambda('UpdateEventSourceMapping', update),
  };
};

const deletedTable: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const { name, created, streamArn: EventSourceArn } = await tableWithStream(stage);
  const mapping = await stage.mapping({ FunctionName, EventSourceArn, StartingPosition: 'TRIM_HORIZON' });
  await stage.call('dynamodb', 'DeleteTable', { TableName: name });
  return {
    create_dynamodb_table_response: created,
    create_event_source_mapping_result: mapping,
    list_event_source_mapping_result: await stage.lambda('ListEventSourceMappings', { EventSourceArn }),
  };
};

export const DYNAMODB_TESTS: RecordedTests = {
  tests: {
    test_deletion_event_source_mapping_with_dynamodb: deletedTable,
    test_disabled_dynamodb_event_source_mapping: disabled,
    test_duplicate_event_source_mappings: duplicate,
    test_dynamodb_event_filter: filter,
    test_dynamodb_event_source_mapping: basic,
    test_dynamodb_event_source_mapping_with_on_failure_destination_config: onFailureQueue,
    test_dynamodb_event_source_mapping_with_sns_on_failure_destination_config: onFailureTopic,
    test_dynamodb_invalid_event_filter: invalidFilter,
    test_dynamodb_report_batch_item_failure_scenarios: failureScenario,
    test_dynamodb_report_batch_item_failures: reportedItemFailures,
    test_dynamodb_report_batch_item_success_scenarios: successScenario,
    test_esm_with_not_existing_dynamodb_stream: missingStream,
  },
};
