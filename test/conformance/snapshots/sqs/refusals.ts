/** What `tests/aws/services/sqs/test_sqs.py` asks for in vain, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage } from '../lambda/mapping-stage.ts';
import type { RecordedTest } from '../lambda/recorded-test.ts';

const LARGEST_MESSAGE_BYTES = 1_048_576;
/** Counts towards a message's size. */
const ATTRIBUTES = { k: { DataType: 'String', StringValue: 'x' } };
const ATTRIBUTES_BYTES = 'kStringx'.length;
const FIFO = { FifoQueue: 'true' };

function send(stage: MappingStage, QueueUrl: string, members: JsonObject): Promise<JsonObject> {
  return stage.answer('sqs', 'SendMessage', { QueueUrl, ...members });
}

/** A message that is one byte too long. */
async function oversized(stage: MappingStage, limitBytes: number, attributes: JsonObject): Promise<JsonObject> {
  const { url } = await stage.queue();
  await stage.answer('sqs', 'SetQueueAttributes', { QueueUrl: url, Attributes: attributes });
  const MessageBody = 'a'.repeat(limitBytes - ATTRIBUTES_BYTES + 1);
  return { send_oversized_message: await send(stage, url, { MessageBody, MessageAttributes: ATTRIBUTES }) };
}

/** A message that has the longest size of all, and a short one. */
async function oversizedBatch(stage: MappingStage, limitBytes: number, attributes: JsonObject): Promise<JsonObject> {
  const { url } = await stage.queue(attributes);
  const MessageBody = 'a'.repeat(limitBytes - ATTRIBUTES_BYTES);
  const answer = await stage.answer('sqs', 'SendMessageBatch', {
    QueueUrl: url,
    Entries: [
      { Id: '1', MessageBody, MessageAttributes: ATTRIBUTES },
      { Id: '2', MessageBody: 'a' },
    ],
  });
  return { send_oversized_message_batch: answer };
}

/** An id of a message as the parameters of a public test name it. */
function identifierOf(parameters: string): string {
  return { empty: '', too_long: 'a'.repeat(129), spaces: 'group 123' }[parameters] ?? parameters;
}

async function createRefused(stage: MappingStage, Attributes: JsonObject): Promise<JsonObject> {
  return stage.answer('sqs', 'CreateQueue', { QueueName: stage.name('queue'), Attributes });
}

export const REFUSAL_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_send_receive_max_number_of_messages: async stage => {
    const { url } = await stage.queue();
    await send(stage, url, { MessageBody: 'message' });
    const input = { QueueUrl: url, MaxNumberOfMessages: 11 };
    return { send_max_number_of_messages: await stage.answer('sqs', 'ReceiveMessage', input) };
  },

  test_send_oversized_message: stage => oversized(stage, LARGEST_MESSAGE_BYTES, {}),
  test_send_message_with_updated_maximum_message_size: stage => oversized(stage, 1024, { MaximumMessageSize: '1024' }),
  test_send_message_batch_with_oversized_contents: stage => oversizedBatch(stage, LARGEST_MESSAGE_BYTES, {}),
  test_send_message_batch_with_oversized_contents_with_updated_maximum_message_size: stage =>
    oversizedBatch(stage, 2048, { MaximumMessageSize: '2048' }),

  test_send_batch_message_size: async stage => {
    const { url } = await stage.queue({ MaximumMessageSize: '1024' });
    const entry = (bytes: number) => ({ Id: stage.cloud.ids.uuid(), MessageBody: 'a'.repeat(bytes) });
    const Entries = [entry(1025), entry(1024)];
    return { 'send-message-batch-result': await stage.answer('sqs', 'SendMessageBatch', { QueueUrl: url, Entries }) };
  },

  test_send_empty_message: async stage => {
    const { url } = await stage.queue();
    return { send_empty_message: await send(stage, url, { MessageBody: '' }) };
  },

  test_send_message_with_empty_string_attribute: async stage => {
    const { url } = await stage.queue();
    const MessageAttributes = { ErrorDetails: { DataType: 'String', StringValue: '' } };
    return { 'empty-string-attr': await send(stage, url, { MessageBody: 'test', MessageAttributes }) };
  },

  test_send_receive_wait_time_seconds: async stage => {
    const { url: QueueUrl } = await stage.queue();
    const receive = (members: JsonObject) => stage.answer('sqs', 'ReceiveMessage', { QueueUrl, ...members });
    await send(stage, QueueUrl, { MessageBody: 'message' });
    const refused = {
      recieve_message_error_too_large: await receive({ WaitTimeSeconds: 21 }),
      recieve_message_error_too_small: await receive({ WaitTimeSeconds: -1 }),
      empty_short_poll_by_default_resp: await receive({}),
    };
    await send(stage, QueueUrl, { MessageBody: 'message' });
    return { ...refused, empty_short_poll_explicit_resp: await receive({ WaitTimeSeconds: 0 }) };
  },

  test_invalid_batch_id: async stage => {
    const { url } = await stage.queue();
    const Entries = [{ Id: '*()&', MessageBody: 'message' }];
    return { test_invalid_batch_id: await stage.answer('sqs', 'SendMessageBatch', { QueueUrl: url, Entries }) };
  },

  test_send_batch_missing_message_group_id_for_fifo_queue: async stage => {
    const { url } = await stage.queue(FIFO, '.fifo');
    const Entries = [{ Id: '1', MessageBody: 'message', MessageDeduplicationId: 'deduplication' }];
    const answer = await stage.answer('sqs', 'SendMessageBatch', { QueueUrl: url, Entries });
    return { test_missing_message_group_id_for_fifo_queue: answer };
  },

  test_send_message_to_standard_queue_with_invalid_message_group_id: async (stage, parameters) => {
    const { url } = await stage.queue();
    const members = { MessageBody: 'message', MessageGroupId: identifierOf(parameters) };
    return { 'error-response': await send(stage, url, members) };
  },

  test_message_deduplication_id_invalid: async (stage, parameters) => {
    const { url } = await stage.queue(FIFO, '.fifo');
    const members = {
      MessageBody: 'message',
      MessageGroupId: 'group',
      MessageDeduplicationId: identifierOf(parameters),
    };
    return { 'error-response': await send(stage, url, members) };
  },

  test_create_queue_with_different_attributes_raises_exception: async stage => {
    const QueueName = stage.name('queue');
    const create = (seconds: string) =>
      stage.answer('sqs', 'CreateQueue', { QueueName, Attributes: { DelaySeconds: seconds } });
    const { QueueUrl } = await create('1');
    const first = await create('2');
    await stage.answer('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { DelaySeconds: '2' } });
    return { create_queue_01: first, create_queue_02: await create('1') };
  },

  test_create_standard_queue_with_fifo_attribute_raises_error: async stage => ({
    'invalid-attribute-fifo-queue': await createRefused(stage, { FifoQueue: 'false' }),
    'invalid-attribute-content-based-deduplication': await createRefused(stage, { ContentBasedDeduplication: 'false' }),
    'invalid-attribute-deduplication-scope': await createRefused(stage, { DeduplicationScope: 'queue' }),
    'invalid-attribute-throughput-limit': await createRefused(stage, { FifoThroughputLimit: 'perQueue' }),
  }),

  test_set_unsupported_attribute_fifo: async stage => {
    const set = async (QueueUrl: string, FifoQueue: string) =>
      stage.answer('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { FifoQueue } });
    const standard = await set((await stage.queue()).url, 'true');
    const { url } = await stage.queue(FIFO, '.fifo');
    await set(url, 'true');
    return { 'invalid-attr-name-1': standard, 'invalid-attr-name-2': await set(url, 'false') };
  },

  test_set_unsupported_attribute_standard: async stage => {
    const { url } = await stage.queue();
    const set = (FifoQueue: string) =>
      stage.answer('sqs', 'SetQueueAttributes', { QueueUrl: url, Attributes: { FifoQueue } });
    return { 'invalid-attr-name-1': await set('true'), 'invalid-attr-name-2': await set('false') };
  },

  test_successive_purge_calls_fail: async stage => {
    const { url } = await stage.queue();
    await stage.answer('sqs', 'PurgeQueue', { QueueUrl: url });
    return { purge_queue_error: await stage.answer('sqs', 'PurgeQueue', { QueueUrl: url }) };
  },
};
