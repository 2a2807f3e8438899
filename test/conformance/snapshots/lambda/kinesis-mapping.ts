/** What `test_lambda_integration_kinesis.py` does, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import { FAILURES, SUCCESSES } from './batch-reports.ts';
import type { MappingStage } from './mapping-stage.ts';
import { answering, ECHO, FAIL_ON_REQUEST, failing, REPORT_KINESIS_FAILURES } from './recorded-functions.ts';
import type { RecordedTest, RecordedTests, StepAnswers } from './recorded-test.ts';

/** Longer than a mapping takes to act on a record. */
const PROPAGATION_MS = 30_000;
const RECORD_AGE_S = 60;

const MAPPING = {
  BatchSize: 1,
  StartingPosition: 'TRIM_HORIZON',
  MaximumBatchingWindowInSeconds: 1,
  MaximumRetryAttempts: 1,
};

/** As the recorded test wrote it, so that the recorded data come out the same: Python puts a space after a colon. */
function numberedData(member: string, index: number): string {
  return `{"${member}": ${index}}`;
}

async function put(stage: MappingStage, streamArn: string, records: readonly { data: string; key: string }[]) {
  await stage.call('kinesis', 'PutRecords', {
    StreamARN: streamArn,
    Records: records.map(({ data, key }) => ({ Data: Buffer.from(data).toString('base64'), PartitionKey: key })),
  });
}

const REQUEST_TO_FAIL = { data: JSON.stringify({ input: 'hello', value: 'world', raise_error: 1 }), key: 'custom' };

const basic: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const EventSourceArn = await stage.stream();
  const mapping = await stage.mapping({ EventSourceArn, FunctionName, StartingPosition: 'LATEST' });
  await put(
    stage,
    EventSourceArn,
    Array.from({ length: 10 }, (_, index) => ({ data: 'hello', key: `test_${index}` })),
  );
  await stage.pass(PROPAGATION_MS);
  return { create_event_source_mapping_response: mapping, kinesis_records: stage.events(FunctionName)[0] };
};

const twoFunctions: RecordedTest = async stage => {
  const EventSourceArn = await stage.stream();
  const mappings: Record<string, JsonObject> = {};
  const names: Record<string, string> = { a: await stage.function(ECHO), b: await stage.function(ECHO) };
  for (const [id, FunctionName] of Object.entries(names)) {
    const input = { EventSourceArn, FunctionName, StartingPosition: 'TRIM_HORIZON' };
    mappings[`create_event_source_mapping_response-${id}`] = await stage.mapping(input);
  }
  await put(stage, EventSourceArn, [{ data: 'hello', key: 'test_1' }]);
  await stage.pass(PROPAGATION_MS);
  const given = Object.entries(names).map(([id, name]) => [`kinesis_records-${id}`, stage.events(name)[0]]);
  return { ...mappings, ...Object.fromEntries(given) };
};

const duplicate: RecordedTest = async stage => {
  const input = {
    FunctionName: await stage.function(ECHO),
    EventSourceArn: await stage.stream(),
    StartingPosition: 'LATEST',
  };
  return { create: await stage.mapping(input), error: await stage.lambda('CreateEventSourceMapping', input) };
};

const trimHorizon: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const EventSourceArn = await stage.stream();
  const ten = (key: string) =>
    Array.from({ length: 10 }, (_, index) => ({ data: numberedData('record_id', index), key }));
  await put(stage, EventSourceArn, ten('test_0'));
  await put(stage, EventSourceArn, ten('test_1'));
  const input = { EventSourceArn, FunctionName, StartingPosition: 'TRIM_HORIZON', BatchSize: 10 };
  const mapping = await stage.mapping(input);
  await put(stage, EventSourceArn, ten('test_3'));
  await stage.pass(PROPAGATION_MS);
  return {
    create_event_source_mapping_response: mapping,
    // the recorded function tells when it began
    invocation_events: stage.events(FunctionName).map(event => ({ event, executionStart: 0 })),
  };
};

const disabled: RecordedTest = async stage => {
  const FunctionName = await stage.function(ECHO);
  const EventSourceArn = await stage.stream();
  const input = { EventSourceArn, FunctionName, StartingPosition: 'LATEST', BatchSize: 10 };
  const mapping = await stage.mapping(input);
  const ten = (member: string) =>
    Array.from({ length: 10 }, (_, index) => ({ data: numberedData(member, index), key: 'test' }));
  await put(stage, EventSourceArn, ten('record_id'));
  await stage.pass(PROPAGATION_MS);
  await stage.lambda('UpdateEventSourceMapping', { UUID: mapping.UUID, Enabled: false });
  await stage.pass(PROPAGATION_MS);
  await put(stage, EventSourceArn, ten('record_id_disabled'));
  await stage.pass(PROPAGATION_MS);
  return { create_event_source_mapping_response: mapping, invocation_events: stage.events(FunctionName) };
};

const onFailureQueue: RecordedTest = async stage => {
  const queue = await stage.queue();
  const mapping = await reportedFailure(stage, queue.arn);
  return { create_event_source_mapping_response: mapping, sqs_payload: await stage.receive(queue) };
};

const onFailureTopic: RecordedTest = async stage => {
  const queue = await stage.queue();
  const { TopicArn } = await stage.call<{ TopicArn: string }>('sns', 'CreateTopic', { Name: stage.name('topic') });
  await stage.call('sns', 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue.arn });
  const mapping = await reportedFailure(stage, TopicArn);
  const { Messages } = await stage.receive(queue);
  return {
    create_event_source_mapping_response: mapping,
    failure_sns_message: JSON.parse(String(Messages?.[0]?.Body)),
  };
};

async function reportedFailure(stage: MappingStage, Destination: string): Promise<JsonObject> {
  const FunctionName = await stage.function(FAIL_ON_REQUEST);
  const EventSourceArn = await stage.stream();
  const DestinationConfig = { OnFailure: { Destination } };
  const mapping = await stage.mapping({ ...MAPPING, FunctionName, EventSourceArn, DestinationConfig });
  await put(stage, EventSourceArn, [REQUEST_TO_FAIL]);
  return mapping;
}

const reportedItemFailures: RecordedTest = async stage => {
  const FunctionName = await stage.function(REPORT_KINESIS_FAILURES);
  const EventSourceArn = await stage.stream();
  const queue = await stage.queue();
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName,
    EventSourceArn,
    BatchSize: 3,
    MaximumRetryAttempts: 3,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const records = Array.from({ length: 6 }, (_, i) => ({ data: `{"should_fail": ${i === 5}}`, key: `test_${i}` }));
  await put(stage, EventSourceArn, records);
  return {
    create_event_source_mapping_response: mapping,
    sqs_payload: await stage.receive(queue),
    kinesis_records: { Records: stage.events(FunctionName).flatMap(({ Records }) => Records as JsonObject[]) },
  };
};

const failureScenario: RecordedTest = async (stage, parameters) => {
  const source = parameters in FAILURES ? answering(FAILURES[parameters]) : failing('division by zero');
  const queue = await stage.queue();
  const DestinationConfig = { OnFailure: { Destination: queue.arn } };
  const { functionName, steps } = await scenario(stage, source, { DestinationConfig });
  return { ...steps, sqs_payload: await stage.receive(queue), kinesis_events: stage.events(functionName) };
};

const successScenario: RecordedTest = async (stage, parameters) => {
  const { functionName, steps } = await scenario(stage, answering(SUCCESSES[parameters]), {});
  return { ...steps, kinesis_events: stage.events(functionName) };
};

/** One record for a function that answers a report. */
async function scenario(
  stage: MappingStage,
  source: string,
  settings: JsonObject,
): Promise<{ functionName: string; steps: StepAnswers }> {
  const functionName = await stage.function(source);
  const EventSourceArn = await stage.stream();
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName: functionName,
    EventSourceArn,
    MaximumRetryAttempts: 2,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...settings,
  });
  await put(stage, EventSourceArn, [{ data: 'hello', key: 'test' }]);
  await stage.pass(PROPAGATION_MS);
  return { functionName, steps: { create_event_source_mapping_response: mapping } };
}

const recordAge: RecordedTest = async (stage, parameters) => {
  const beforeIngestion = parameters === 'expire-before-ingestion';
  const FunctionName = await stage.function(failing('unhandled'));
  const EventSourceArn = await stage.stream();
  const queue = await stage.queue();
  if (beforeIngestion) {
    await put(stage, EventSourceArn, [{ data: 'hello', key: 'test' }]);
    await stage.pass((RECORD_AGE_S + 1) * 1000);
  }
  const mapping = await stage.mapping({
    ...MAPPING,
    FunctionName,
    EventSourceArn,
    MaximumRetryAttempts: beforeIngestion ? 0 : -1,
    MaximumRecordAgeInSeconds: RECORD_AGE_S,
    DestinationConfig: { OnFailure: { Destination: queue.arn } },
  });
  if (!beforeIngestion) await put(stage, EventSourceArn, [{ data: 'hello', key: 'test' }]);
  return { create_event_source_mapping_response: mapping, record_age_exceeded_payload: await stage.receive(queue) };
};

const filtering: RecordedTest = async stage => {
  const EventSourceArn = await stage.stream();
  const names = [await stage.function(ECHO), await stage.function(ECHO)];
  const mappings: JsonObject[] = [];
  for (const [index, FunctionName] of names.entries()) {
    const Pattern = JSON.stringify({ data: { event_type: [`function_${index + 1}`] } });
    mappings.push(
      await stage.mapping({ ...MAPPING, FunctionName, EventSourceArn, FilterCriteria: { Filters: [{ Pattern }] } }),
    );
  }
  await put(stage, EventSourceArn, [
    { data: '{"event_type": "function_1", "message": "foo"}', key: 'custom' },
    { data: '{"event_type": "function_2", "message": "bar"}', key: 'custom' },
  ]);
  await stage.pass(PROPAGATION_MS);
  return {
    create_event_source_mapping_response: mappings[0],
    create_event_source_mapping_2_response: mappings[1],
    'kinesis-record-lambda-payload': JSON.stringify(stage.events(names[0] ?? '')[0]),
  };
};

export const KINESIS_TESTS: RecordedTests = {
  tests: {
    test_create_kinesis_event_source_mapping: basic,
    test_create_kinesis_event_source_mapping_multiple_lambdas_single_kinesis_event_stream: twoFunctions,
    test_disable_kinesis_event_source_mapping: disabled,
    test_duplicate_event_source_mappings: duplicate,
    test_kinesis_event_filtering_json_pattern: filtering,
    test_kinesis_event_source_mapping_with_on_failure_destination_config: onFailureQueue,
    test_kinesis_event_source_mapping_with_sns_on_failure_destination_config: onFailureTopic,
    test_kinesis_event_source_trim_horizon: trimHorizon,
    test_kinesis_maximum_record_age_exceeded: recordAge,
    test_kinesis_report_batch_item_failure_scenarios: failureScenario,
    test_kinesis_report_batch_item_failures: reportedItemFailures,
    test_kinesis_report_batch_item_success_scenarios: successScenario,
  },
  outOfScope: { test_kinesis_empty_provided: 'a function without a runtime: only Node.js runs here' },
};
