/** What `tests/aws/services/sqs/test_sqs.py` does with queues, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage, Received } from '../lambda/mapping-stage.ts';
import type { RecordedTest } from '../lambda/recorded-test.ts';

const FIFO = { FifoQueue: 'true' };
const HIGH_THROUGHPUT = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
const REGULAR_THROUGHPUT = { DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' };
const KMS = { KmsMasterKeyId: 'testKeyId', KmsDataKeyReusePeriodSeconds: '6000', SqsManagedSseEnabled: 'false' };

function attributesOf(stage: MappingStage, QueueUrl: string, names: readonly string[] = ['All']): Promise<JsonObject> {
  return stage.answer('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: names });
}

function set(stage: MappingStage, QueueUrl: string, Attributes: JsonObject): Promise<JsonObject> {
  return stage.answer('sqs', 'SetQueueAttributes', { QueueUrl, Attributes });
}

/** Sends messages of one deduplication id to groups of their own, and receives and deletes after each. */
async function sentTwice(stage: MappingStage, QueueUrl: string, bodies: readonly string[], groups: readonly string[]) {
  const answers: Received[] = [];
  for (const [index, MessageBody] of bodies.entries()) {
    const MessageGroupId = groups[index] ?? '';
    const members = { MessageBody, MessageGroupId, MessageDeduplicationId: 'deduplication' };
    await stage.answer('sqs', 'SendMessage', { QueueUrl, ...members });
    const received: Received = await stage.answer('sqs', 'ReceiveMessage', { QueueUrl });
    for (const { ReceiptHandle } of received.Messages ?? [])
      await stage.answer('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
    answers.push(received);
  }
  return answers;
}

export const QUEUE_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_tag_untag_queue: async stage => {
    const { url: QueueUrl } = await stage.queue();
    const tags = () => stage.answer('sqs', 'ListQueueTags', { QueueUrl });
    const Tags = { tag1: 'value1', tag2: 'value2', tag3: '' };
    await stage.answer('sqs', 'TagQueue', { QueueUrl, Tags });
    const all = await tags();
    await stage.answer('sqs', 'UntagQueue', { QueueUrl, TagKeys: ['tag1', 'tag3'] });
    const one = await tags();
    await stage.answer('sqs', 'UntagQueue', { QueueUrl, TagKeys: ['tag2'] });
    return { 'get-tag-1': all, 'get-tag-2': one, 'get-tag-after-untag': await tags() };
  },

  test_create_and_update_queue_attributes: async stage => {
    const { url } = await stage.queue({
      MessageRetentionPeriod: '604800',
      ReceiveMessageWaitTimeSeconds: '10',
      VisibilityTimeout: '20',
    });
    const created = await attributesOf(stage, url);
    await set(stage, url, { MaximumMessageSize: '2048', VisibilityTimeout: '69', DelaySeconds: '420' });
    return { get_queue_attributes: created, get_updated_queue_attributes: await attributesOf(stage, url) };
  },

  test_fifo_set_content_based_deduplication_strategy: async stage => {
    const { url } = await stage.queue({ ...FIFO, ContentBasedDeduplication: 'true' }, '.fifo');
    const before = await attributesOf(stage, url);
    await set(stage, url, { ContentBasedDeduplication: 'false' });
    return { 'before-update': before, 'after-update': await attributesOf(stage, url) };
  },

  test_sse_queue_attributes: async stage => {
    const [kms, managed] = [(await stage.queue()).url, (await stage.queue()).url];
    await set(stage, kms, KMS);
    await set(stage, managed, { SqsManagedSseEnabled: 'true' });
    return {
      sse_kms_attributes: await attributesOf(stage, kms, Object.keys(KMS)),
      sse_sqs_attributes: await attributesOf(stage, managed, Object.keys(KMS)),
    };
  },

  test_set_queue_attributes_default_values: async stage => {
    const { url } = await stage.queue();
    const initial = await attributesOf(stage, url);
    await set(stage, url, KMS);
    const updated = await attributesOf(stage, url);
    await set(stage, url, { KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '' });
    return {
      'get-queue-attributes-initial-values': initial,
      'get-queue-attributes-after-update': updated,
      'get-queue-attributes-after-set-to-defaults': await attributesOf(stage, url),
    };
  },

  test_fifo_deduplication_not_on_message_group_id: async (stage, parameters) => {
    const contentBased = parameters.endsWith('True');
    const { url: QueueUrl } = await stage.queue(
      { ...FIFO, ...(contentBased ? { ContentBasedDeduplication: 'true' } : {}) },
      '.fifo',
    );
    const identified = contentBased ? {} : { MessageDeduplicationId: 'dedup1' };
    for (const MessageGroupId of ['group-1', 'group-2']) {
      const members = { MessageBody: '{"foo": "bar"}', MessageGroupId, ...identified };
      await stage.answer('sqs', 'SendMessage', { QueueUrl, ...members });
    }
    const receive = () => stage.answer('sqs', 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 1 });
    return { 'get-messages': await receive(), 'get-dedup-messages': await receive() };
  },

  test_sqs_fifo_same_dedup_id_different_message_groups: async stage => {
    const { url } = await stage.queue(FIFO, '.fifo');
    const [first, second] = await sentTwice(stage, url, ['Test', 'Test'], ['group-1', 'group-2']);
    return { 'same-dedup-different-grp-1': first, 'same-dedup-different-grp-2': second };
  },

  test_fifo_high_throughput_ordering: async stage => {
    const { url } = await stage.queue({ ...FIFO, ...HIGH_THROUGHPUT }, '.fifo');
    const [first, second] = await sentTwice(stage, url, ['Test1', 'Test2'], ['group-1', 'group-2']);
    return { 'same-dedup-different-grp-1': first, 'same-dedup-different-grp-2': second };
  },

  test_fifo_change_to_regular_throughput_after_creation: async stage => {
    const { url } = await stage.queue({ ...FIFO, ...HIGH_THROUGHPUT }, '.fifo');
    const [first, second] = await sentTwice(stage, url, ['Test1', 'Test2'], ['group-1', 'group-2']);
    await set(stage, url, REGULAR_THROUGHPUT);
    const regular = await attributesOf(stage, url);
    const [third] = await sentTwice(stage, url, ['Test3'], ['group-3']);
    return {
      'same-dedup-different-grp-1': first,
      'same-dedup-different-grp-2': second,
      'set-to-regular-throughput': regular,
      'same-dedup-different-grp-regular-throughput': third,
    };
  },
};
