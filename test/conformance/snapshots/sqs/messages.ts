/** What `tests/aws/services/sqs/test_sqs.py` does with messages, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage, Received } from '../lambda/mapping-stage.ts';
import type { RecordedTest, StepAnswers } from '../lambda/recorded-test.ts';
import { pythonBytes } from '../python-bytes.ts';

const MINUTE_MS = 60_000;
const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
/** What is recorded of a message that became a dead letter. */
const HISTORY = [
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'SentTimestamp',
];
const TRACE_BYTES = 'traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01';

/** A queue, and what is done with it, as the recorder saw it. */
async function opened(stage: MappingStage, attributes: JsonObject = {}) {
  const { url: QueueUrl, arn } = await stage.queue(attributes, attributes.FifoQueue === 'true' ? '.fifo' : '');
  const ask = (operation: string) => (members: JsonObject) => stage.answer('sqs', operation, { QueueUrl, ...members });
  const receive = async (members: JsonObject = {}): Promise<Received> => ask('ReceiveMessage')(members);
  const handle = (received: Received) => received.Messages?.[0]?.ReceiptHandle;
  return {
    arn,
    send: ask('SendMessage'),
    receive,
    handle,
    set: ask('SetQueueAttributes'),
    attributes: async (names: readonly string[] = ['All']) => ask('GetQueueAttributes')({ AttributeNames: names }),
    /** Waits for a message, and gives up at once when there is none. */
    poll: (seconds: number, members: JsonObject = {}) =>
      polled(stage, { QueueUrl, WaitTimeSeconds: seconds, ...members }),
    remove: (received: Received) => ask('DeleteMessage')({ ReceiptHandle: handle(received) }),
    hide: (received: Received, seconds: number) =>
      ask('ChangeMessageVisibility')({ ReceiptHandle: handle(received), VisibilityTimeout: seconds }),
  };
}

async function polled(stage: MappingStage, input: JsonObject): Promise<Received> {
  let answer: Received | undefined;
  void stage.answer('sqs', 'ReceiveMessage', input).then(received => {
    answer = received;
  });
  await stage.clock.advanceUntil(() => answer !== undefined, MINUTE_MS);
  return answer ?? {};
}

/** Asks for the same message in several ways; the first answers are recorded whole. */
async function filtered(
  stage: MappingStage,
  asks: Readonly<Record<string, JsonObject>>,
  wholeAnswers: ReadonlySet<string>,
  attributes: JsonObject,
): Promise<StepAnswers> {
  const { send, poll } = await opened(stage, { VisibilityTimeout: '0' });
  const answers: Record<string, unknown> = {
    send_message_response: await send({ MessageBody: 'msg', MessageAttributes: attributes }),
  };
  for (const [step, members] of Object.entries(asks)) {
    const received = await poll(5, members);
    answers[step] = wholeAnswers.has(step) ? received : received.Messages?.[0];
  }
  return answers;
}

const SYSTEM_STEPS = ['all_attributes', 'all_system_and_message_attributes', 'single_attribute', 'multiple_attributes'];

/** @param member the older name of the member, or the newer one */
async function systemFiltered(stage: MappingStage, member: string): Promise<StepAnswers> {
  const asks = {
    all_attributes: { [member]: ['All'] },
    all_system_and_message_attributes: { [member]: ['All'], MessageAttributeNames: ['All'] },
    single_attribute: { [member]: ['SenderId'] },
    multiple_attributes: { [member]: ['SenderId', 'SequenceNumber'] },
  };
  const attributes = { Foo: { DataType: 'String', StringValue: 'Bar' } };
  const { send_message_response: _, ...answers } = await filtered(stage, asks, new Set(SYSTEM_STEPS), attributes);
  return answers;
}

export const MESSAGE_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_receive_message_message_attribute_names_filters: stage => {
    const named = (...MessageAttributeNames: readonly string[]) => ({ MessageAttributeNames });
    const asks = {
      empty_filter: named(),
      all_name: named('All'),
      all_wildcard_asterisk: named('*'),
      all_wildcard: named('.*'),
      only_non_existing_names: named('Foo', 'Help'),
      only_existing: named('Hello', 'General'),
      existing_and_non_existing: named('Foo', 'Hello'),
      prefix_filter: named('Hel.*'),
      illegal_name_1: named('AWS.'),
      illegal_name_2: named('..foo'),
    };
    const whole = new Set(['empty_filter', 'all_name', 'illegal_name_1', 'illegal_name_2']);
    return filtered(stage, asks, whole, {
      'Help.Me': { DataType: 'String', StringValue: 'Me' },
      Hello: { DataType: 'String', StringValue: 'There' },
      General: { DataType: 'String', StringValue: 'Kenobi' },
    });
  },

  test_receive_message_attribute_names_filters: stage => systemFiltered(stage, 'AttributeNames'),
  test_receive_message_message_system_attribute_names_filters: stage =>
    systemFiltered(stage, 'MessageSystemAttributeNames'),

  test_send_message_with_binary_attributes: async stage => {
    const { send, receive } = await opened(stage);
    const BinaryValue = Buffer.from(TRACE_BYTES).toString('base64');
    await send({ MessageBody: 'test', MessageAttributes: { attr1: { DataType: 'Binary', BinaryValue } } });
    const { Messages, ...answer } = await receive({ MessageAttributeNames: ['All'] });
    const [message] = Messages ?? [];
    const { attr1: attribute } = (message?.MessageAttributes ?? {}) as { attr1?: JsonObject }; // as they were sent
    const attr1 = { ...attribute, BinaryValue: pythonBytes(attribute?.BinaryValue) };
    return { 'binary-attrs-msg': { ...answer, Messages: [{ ...message, MessageAttributes: { attr1 } }] } };
  },

  test_dead_letter_queue_message_attributes: async stage => {
    const dead = await opened(stage);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
    const source = await opened(stage, { RedrivePolicy });
    await source.send({
      MessageBody: 'message-1',
      MessageAttributes: { MyAttribute: { DataType: 'String', StringValue: 'foobar' } },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: TRACE } },
    });
    await source.send({ MessageBody: 'message-2' });
    const asked = { AttributeNames: HISTORY, MessageAttributeNames: ['All'], VisibilityTimeout: 0 };
    const received: unknown[] = [];
    for (let count = 0; count < 2; count++) received.push(...((await source.receive(asked)).Messages ?? []));
    for (let count = 0; count < 2; count++) await source.receive(asked);
    const { Messages } = await dead.receive({ ...asked, MaxNumberOfMessages: 10, VisibilityTimeout: 30 });
    return { 'dlq-arn': dead.arn, 'sourcen-arn': source.arn, 'rec-pre-dlq': received, 'dlq-messages': Messages };
  },

  test_change_message_visibility_after_visibility_timeout_expiration: async stage => {
    const { send, receive, hide } = await opened(stage, { VisibilityTimeout: '1' });
    await send({ MessageBody: 'foobar' });
    const received = await receive();
    await stage.pass(2_000);
    return { visibility_timeout_expired: await hide(received, 2) };
  },

  test_receive_empty_queue: async stage => {
    const { receive, poll } = await opened(stage);
    return {
      empty_short_poll_resp_no_param: await receive(),
      empty_short_poll_resp: await receive({ WaitTimeSeconds: 0 }),
      empty_long_poll_resp: await poll(1),
    };
  },

  test_fair_queue_with_message_group_id: async stage => {
    const { send, poll } = await opened(stage);
    return {
      send_message: await send({ MessageBody: 'message', MessageGroupId: 'test' }),
      'get-message-with-deduplication-id': await poll(5, { AttributeNames: ['All'] }),
    };
  },

  test_fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay: async stage => {
    const { send, receive, poll } = await opened(stage, { FifoQueue: 'true', DelaySeconds: '2' });
    const members = { MessageBody: 'message-1', MessageGroupId: 'group', MessageDeduplicationId: 'deduplication' };
    return {
      send_message_result: await send({ ...members, DelaySeconds: 0 }),
      receive_message_initial_result: await receive(),
      receive_message_after_delay_result: await poll(3),
    };
  },

  test_fifo_delete_after_visibility_timeout: async stage => {
    const { send, receive, remove } = await opened(stage, {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      VisibilityTimeout: '1',
    });
    await send({ MessageBody: 'foobar', MessageGroupId: '1' });
    const received = await receive();
    await stage.pass(2_000);
    return { received_sqs_message: received, delete_after_timeout_fifo: await remove(received) };
  },

  test_fifo_delete_after_visibility_timeout_extended: async stage => {
    const { send, receive, remove, hide } = await opened(stage, {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      VisibilityTimeout: '1',
    });
    await send({ MessageBody: 'foobar', MessageGroupId: '1' });
    const received = await receive();
    await hide(received, 5);
    await stage.pass(2_000);
    return { received_sqs_message: received, delete_after_timeout_fifo_extended: await remove(received) };
  },
};
