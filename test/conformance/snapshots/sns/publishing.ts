/** What `tests/aws/services/sns/test_sns.py` publishes, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { SnsStage } from './sns-stage.ts';
import type { SnsTest } from './topics.ts';

const LARGEST_MESSAGE_BYTES = 262_144;
const SECOND_MS = 1_000;
/** Longer than three asynchronous invocations take. */
const INVOCATIONS_MS = 10 * 60 * SECOND_MS;
const FAILING = 'export const handler = async () => { throw new Error("Test exception (this is intentional)"); };';

export function numberAttribute(value: string): JsonObject {
  return { DataType: 'Number', StringValue: value };
}

/** The entries of the recorded batches have their messages in common. */
export const WITH_TWO_ATTRIBUTES: JsonObject = {
  Message: 'Test Message with two attributes',
  Subject: 'Subject',
  MessageAttributes: { attr1: numberAttribute('99.12'), attr2: numberAttribute('109.12') },
};
export const WITH_ONE_ATTRIBUTE: JsonObject = {
  Message: 'Test Message with one attribute',
  Subject: 'Subject',
  MessageAttributes: { attr1: numberAttribute('19.12') },
};
export const WITHOUT_ATTRIBUTE: JsonObject = { Message: 'Test Message without attribute', Subject: 'Subject' };

function functionArn(stage: SnsStage, name: string): string {
  return stage.rest.cloud.arn('lambda', `function:${name}`);
}

async function subscribeFunction(stage: SnsStage, TopicArn: string, name: string, attributes: JsonObject = {}) {
  const { SubscriptionArn } = await stage.sns('Subscribe', {
    TopicArn,
    Protocol: 'lambda',
    Endpoint: functionArn(stage, name),
    Attributes: attributes,
  });
  return String(SubscriptionArn);
}

export const PUBLISH_TESTS: Readonly<Record<string, SnsTest>> = {
  test_publish_wrong_arn_format: async stage => ({
    'invalid-topic-arn': await stage.publish('randomstring', 'this is a test'),
    'invalid-topic-arn-1': await stage.publish('randomstring:1', 'this is a test'),
    'empty-topic': await stage.publish('', 'this is a test'),
  }),

  test_publish_by_path_parameters: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    const input = { TopicArn: topicArn, Message: 'test message direct post request' };
    const { ResponseMetadata, ...PublishResult } = await stage.snsByUrl('Publish', input);
    return {
      'post-request': { PublishResponse: { PublishResult, ResponseMetadata } },
      messages: await stage.receive(queue),
    };
  },

  test_publish_message_by_target_arn: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    await stage.publish(topicArn, 'test-msg-1');
    const byTopic = await stage.take(queue);
    await stage.sns('Publish', { TargetArn: topicArn, Message: 'test-msg-2' });
    return { 'receive-topic-arn': byTopic, 'receive-target-arn': await stage.take(queue) };
  },

  test_publish_message_before_subscribe_topic: async stage => {
    const [topicArn, queue] = [await stage.topic(), await stage.rest.queue()];
    const before = await stage.publish(topicArn, 'test_message_before', { Subject: 'test-subject-before-sub' });
    await stage.subscribe(topicArn, queue);
    const after = await stage.publish(topicArn, 'test_message_after', { Subject: 'test-subject-after-sub' });
    return {
      'publish-before-subscribing': before,
      'publish-after-subscribing': after,
      'receive-messages': await stage.receive(queue),
    };
  },

  test_publish_non_existent_target: async stage => {
    const TargetArn = stage.rest.cloud.arn('sns', 'endpoint/APNS/abcdef/0f7d5971-aa8b-4bd5-b585-0826e9f93a66');
    return {
      'non-existent-endpoint': await stage.sns('Publish', { TargetArn, Message: 'This is a push notification' }),
    };
  },

  test_publish_with_empty_subject: async stage => {
    const TopicArn = await stage.topic();
    return {
      'response-without-subject': await stage.publish(TopicArn, 'message'),
      'response-with-empty-subject': await stage.publish(TopicArn, 'message', { Subject: '' }),
    };
  },

  test_empty_sns_message: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    const refused = await stage.publish(topicArn, '');
    const AttributeNames = ['ApproximateNumberOfMessages'];
    const attributes = await stage.rest.answer('sqs', 'GetQueueAttributes', { QueueUrl: queue.url, AttributeNames });
    return { 'empty-msg-error': refused, 'queue-attrs': attributes };
  },

  test_publish_too_long_message: async stage => {
    const TopicArn = await stage.topic();
    const MessageAttributes = { attr1: { DataType: 'String', StringValue: 'value' } };
    return {
      error: await stage.publish(TopicArn, 'a'.repeat(LARGEST_MESSAGE_BYTES + 1)),
      'error-with-attrs': await stage.publish(TopicArn, 'a'.repeat(LARGEST_MESSAGE_BYTES), { MessageAttributes }),
    };
  },

  test_publish_batch_too_long_message: async stage => {
    const TopicArn = await stage.topic();
    const publish = (Message: string, members: JsonObject = {}) =>
      stage.sns('PublishBatch', {
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: '1', Message, ...members },
          { Id: '2', Message: 'a', ...members },
        ],
      });
    const MessageAttributes = { attr1: { DataType: 'String', StringValue: 'value' } };
    return {
      'error-no-attrs': await publish('a'.repeat(LARGEST_MESSAGE_BYTES)),
      'error-with-attrs': await publish('a'.repeat(LARGEST_MESSAGE_BYTES - 10), { MessageAttributes }),
    };
  },

  test_publish_batch_invalid_entry_id: async stage => {
    const TopicArn = await stage.topic();
    const publish = (Id: string) =>
      stage.sns('PublishBatch', { TopicArn, PublishBatchRequestEntries: [{ Id, Message: 'message' }] });
    return {
      'invalid-char-dot': await publish('message.id'),
      'invalid-char-special': await publish('msg@123#test'),
      'id-too-long-81': await publish('a'.repeat(81)),
      'id-too-long-91': await publish(`my${'really'.repeat(13)}longid`),
      'valid-id-80-chars': await publish('a'.repeat(80)),
      'valid-id-with-hyphen-underscore': await publish('valid-message_123'),
    };
  },

  test_publish_batch_messages_without_topic: async stage => {
    const TopicArn = `${await stage.topic()}-other`;
    const PublishBatchRequestEntries = [{ Id: '1', Message: 'message' }];
    return { 'publish-batch-no-topic': await stage.sns('PublishBatch', { TopicArn, PublishBatchRequestEntries }) };
  },

  test_message_structure_json_exc: async stage => {
    const TopicArn = await stage.topic();
    const publish = (Message: string) => stage.publish(TopicArn, Message, { MessageStructure: 'json' });
    return {
      'missing-default-key': await publish('{"sqs": "test message"}'),
      'invalid-json': await publish('{"default": "This is a default field"} }'),
      'duplicate-json-keys': await publish('{"default": "This is a default field", "default": "Another default"}'),
      'key-is-not-string': await publish('{"default": {"object": "test"}}'),
    };
  },

  test_message_structure_json_to_sqs: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    const publish = (texts: JsonObject) => stage.publish(topicArn, JSON.stringify(texts), { MessageStructure: 'json' });
    await publish({ default: 'default field', sqs: '{"field": "value"}' });
    const own = await stage.take(queue);
    await publish({ default: 'default field' });
    return { 'get-msg-json-sqs': own, 'get-msg-json-default': await stage.take(queue) };
  },

  test_message_attributes_prefixes: async stage => {
    const TopicArn = await stage.topic();
    const publish = (DataType: string) =>
      stage.publish(TopicArn, 'test message', {
        MessageAttributes: { attr1: { DataType, StringValue: 'prefixed-1' } },
      });
    return {
      'publish-error': await publish('Stringprefixed'),
      'publish-error-2': await publish('StringPrefixed'),
      'publish-ok-1': await publish('String.prefixed'),
      'publish-ok-2': await publish('String.test.prefixed'),
    };
  },

  test_publish_unicode_chars: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    await stage.publish(topicArn, 'ö§a1"_!?,. £$-');
    return { 'received-message': await stage.receive(queue) };
  },

  test_publish_sqs_from_sns: async stage => {
    const { topicArn, queue, subscriptionArn } = await stage.subscribed();
    const exchanged = async (raw: string, value: string) => {
      await stage.set(subscriptionArn, 'RawMessageDelivery', raw);
      const attributes = await stage.subscriptionAttributes(subscriptionArn);
      await stage.publish(topicArn, 'Test msg', { MessageAttributes: { attr1: numberAttribute(value) } });
      return [attributes, await stage.take(queue, { MessageAttributeNames: ['All'] })] as const;
    };
    const [rawAttributes, raw] = await exchanged('true', '99.12');
    const [attributes, enveloped] = await exchanged('false', '100.12');
    return {
      'sub-attrs-raw-true': rawAttributes,
      'message-raw-true': raw,
      'sub-attrs-raw-false': attributes,
      'message-raw-false': enveloped,
    };
  },

  test_publish_message_group_id: async stage => {
    const { topicArn, queue } = await stage.subscribed();
    const MessageAttributes = { attr1: numberAttribute('1') };
    const members = { MessageAttributes, MessageGroupId: 'my-group-id-1' };
    await stage.publish(topicArn, 'test signature value with attributes', members);
    return { messages: await stage.receive(queue, { AttributeNames: ['All'] }) };
  },

  test_publish_batch_messages_from_sns_to_sqs: async stage => {
    const { topicArn, queue, subscriptionArn } = await stage.subscribed({ RawMessageDelivery: 'true' });
    const texts = JSON.stringify({ default: 'test default', sqs: 'test sqs' });
    const entries: readonly JsonObject[] = [
      WITH_TWO_ATTRIBUTES,
      WITH_ONE_ATTRIBUTE,
      WITHOUT_ATTRIBUTE,
      { Message: 'Test Message without subject' },
      { Message: texts, Subject: 'Subject', MessageStructure: 'json' },
    ];
    const PublishBatchRequestEntries = entries.map((entry, index) => ({ Id: String(index + 1), ...entry }));
    return {
      'sub-attrs-raw-true': await stage.subscriptionAttributes(subscriptionArn),
      'publish-batch': await stage.sns('PublishBatch', { TopicArn: topicArn, PublishBatchRequestEntries }),
      messages: { Messages: await stage.takeAll(queue, ({ Body }) => String(Body)) },
    };
  },

  test_subscription_after_failure_to_deliver: async stage => {
    const { topicArn, queue, subscriptionArn } = await stage.subscribed();
    const deadLetters = await stage.rest.queue();
    const before = await stage.subscriptionAttributes(subscriptionArn);
    await stage.publish(topicArn, 'test_dlq_before_sqs_endpoint_deleted');
    const received = await stage.take(queue);
    await stage.rest.answer('sqs', 'DeleteQueue', { QueueUrl: queue.url });
    await stage.publish(topicArn, 'test_dlq_before_dlq_is_set');
    await stage.rest.pass(SECOND_MS);
    const subscriptions = await stage.sns('ListSubscriptionsByTopic', { TopicArn: topicArn });
    await stage.set(subscriptionArn, 'RedrivePolicy', JSON.stringify({ deadLetterTargetArn: deadLetters.arn }));
    const redriven = await stage.subscriptionAttributes(subscriptionArn);
    await stage.publish(topicArn, 'test_dlq_after_sqs_endpoint_deleted_0');
    const first = await stage.take(deadLetters);
    await stage.publish(topicArn, 'test_dlq_after_sqs_endpoint_deleted_1');
    return {
      'subscriptions-attrs': before,
      'messages-before-delete': received,
      subscriptions,
      'subscriptions-attrs-with-redrive': redriven,
      'message-0-after-delete': first,
      'message-1-after-delete': await stage.take(deadLetters),
    };
  },

  test_redrive_policy_lambda_subscription: async stage => {
    const [topicArn, deadLetters] = [await stage.topic(), await stage.rest.queue()];
    const FunctionName = await stage.rest.function(FAILING);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn });
    const subscriptionArn = await subscribeFunction(stage, topicArn, FunctionName, { RedrivePolicy });
    const attributes = await stage.subscriptionAttributes(subscriptionArn);
    await stage.rest.call('lambda', 'DeleteFunction', { FunctionName });
    await stage.publish(topicArn, 'test_redrive_policy', { MessageAttributes: { attr1: numberAttribute('1') } });
    return { 'subscription-attributes': attributes, messages: await stage.receive(deadLetters) };
  },

  test_sns_topic_as_lambda_dead_letter_queue: async stage => {
    const { topicArn: deadLetterTopic, queue } = await stage.subscribed();
    const DeadLetterConfig = { TargetArn: deadLetterTopic };
    const FunctionName = await stage.rest.function(FAILING, { DeadLetterConfig });
    const configuration = await stage.rest.call('lambda', 'GetFunctionConfiguration', { FunctionName });
    const topicArn = await stage.topic();
    await subscribeFunction(stage, topicArn, FunctionName);
    await stage.publish(topicArn, JSON.stringify({ raise_error: 1 }));
    await stage.rest.pass(INVOCATIONS_MS);
    return { 'lambda-response-dlq-config': configuration.DeadLetterConfig, messages: await stage.receive(queue) };
  },
};
