import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN_WITHOUT_DETAIL, accountEntry } from './account-event.ts';
import { type EventsStage, nowSeconds } from './events-stage.ts';
import { delivered, queueRule } from './queue-rule.ts';
import type { RecordedTest } from './recorded-test.ts';

const TOO_MANY = 11;

/** By the names that the public test gives them. */
const MALFORMED_DETAILS: Readonly<Record<string, string>> = {
  STRING: 'NotJSON',
  ARRAY: '[]',
  MALFORMED_JSON: '{{}',
  SERIALIZED_STRING: '"NotJSON"',
};

/** What `PutEvents` answers, and what becomes of the events. */
export const PUT_EVENTS_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_put_events_without_source: stage => putOne(stage, { Source: undefined }),
  test_put_event_without_detail: stage => putOne(stage, { Detail: undefined }),
  test_put_event_without_detail_type: stage => putOne(stage, { Source: 'some.source', DetailType: '' }),
  test_put_event_malformed_detail: (stage, kind) => putOne(stage, { Detail: MALFORMED_DETAILS[kind] }),

  test_put_events_exceed_limit_ten_entries: async (stage, busKind) => {
    const { name } = await stage.busOf(busKind);
    const detail = '{"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}';
    const entry = { ...accountEntry(), Detail: detail, EventBusName: name };
    const Entries = Array.from({ length: TOO_MANY }, () => entry);
    return { 'put-events-exceed-limit-error': await stage.refusal('PutEvents', { Entries }) };
  },

  test_put_events_time: async stage => {
    const entries = ['short time', 'new time', 'long time'].map(message => ({
      ...accountEntry({ message }),
      Time: Date.UTC(2022, 0, 1) / 1000,
    }));
    return { messages: await delivered(stage, entries, { pattern: ACCOUNT_PATTERN_WITHOUT_DETAIL }) };
  },

  test_put_events_with_time_field: async stage => {
    const { queue } = await queueRule(stage, { busName: 'default', pattern: '{"source":["test-source"]}' });
    const Detail = '{"message":"test message"}';
    const entry = { Source: 'test-source', DetailType: 'test-detail-type', Time: nowSeconds(stage), Detail };
    const answer = await stage.answer('PutEvents', { Entries: [entry] });
    await stage.pass();
    return { 'put-events': answer, 'sqs-messages': await stage.messages(queue) };
  },

  test_put_events_response_entries_order: async stage => {
    const { queue, ruleName } = await queueRule(stage, { busName: 'default' });
    const second = await stage.queue();
    await stage.events('PutTargets', { Rule: ruleName, Targets: [{ Id: 'second', Arn: second.arn }] });
    const answer = await stage.answer('PutEvents', { Entries: [accountEntry()] });
    await stage.pass();
    const messages = { queue1_messages: await stage.messages(queue), queue2_messages: await stage.messages(second) };
    return { 'put-events-response': answer, 'sqs-messages': parsedBodies(messages) };
  },

  test_put_events_with_target_delivery_failure: async stage => {
    const { queue } = await queueRule(stage, { busName: 'default' });
    await stage.call('sqs', 'DeleteQueue', { QueueUrl: queue.url });
    return { 'put-events-response': await stage.answer('PutEvents', { Entries: [accountEntry()] }) };
  },

  test_put_events_nonexistent_event_bus: async stage => {
    const pattern = JSON.stringify({ 'detail-type': ['CustomType'], source: ['MySource'] });
    const { queue } = await queueRule(stage, { busName: 'default', pattern });
    const missing = stage.name('missing');
    const entry = (bus: string) => ({
      Source: 'MySource',
      DetailType: 'CustomType',
      Detail: JSON.stringify({ message: `for the ${bus} event bus` }),
    });
    const Entries = [entry('default'), { ...entry('custom'), EventBusName: missing }];
    const answer = await stage.answer('PutEvents', { Entries });
    await stage.pass();
    return {
      'put-events': answer,
      'get-events': await stage.messages(queue),
      'non-existent-bus-error': await stage.refusal('DescribeEventBus', { Name: missing }),
    };
  },

  test_put_events_pattern_with_values_in_array: stage =>
    matchingTypes(stage, ['1', '2'], [typed(['3', '1']), typed(['2']), typed(['3'])]),
  test_put_events_pattern_nested: stage => matchingTypes(stage, ['1'], [typed('1'), typed('2'), { hello: 'world' }]),
};

async function putOne(stage: EventsStage, members: JsonObject): Promise<JsonObject> {
  return { 'put-events': await stage.answer('PutEvents', { Entries: [{ ...accountEntry(), ...members }] }) };
}

async function matchingTypes(
  stage: EventsStage,
  types: readonly string[],
  details: readonly JsonObject[],
): Promise<JsonObject> {
  const pattern = JSON.stringify({ detail: { event: { data: { type: types } } } });
  const entries = details.map(detail => ({ Source: 'test', DetailType: 'test', Detail: JSON.stringify(detail) }));
  return { messages: await delivered(stage, entries, { pattern, target: { InputPath: '$.detail' } }) };
}

function typed(type: unknown): JsonObject {
  return { event: { data: { type } } };
}

/** The recorder was told to write `detail` in the place of every detail. */
function parsedBodies(queues: Readonly<Record<string, readonly JsonObject[]>>): JsonObject {
  const parsed = (message: JsonObject) => {
    const body: { detail: unknown } = JSON.parse(String(message.Body));
    return { ...message, Body: { ...body, detail: JSON.stringify(body.detail) } };
  };
  return Object.fromEntries(Object.entries(queues).map(([name, messages]) => [name, messages.map(parsed)]));
}
