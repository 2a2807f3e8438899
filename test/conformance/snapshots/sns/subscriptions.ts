/** What `tests/aws/services/sns/test_sns.py` does with subscriptions, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { SnsStage } from './sns-stage.ts';
import type { SnsTest } from './topics.ts';

const PAGE_SIZE = 100;
const NO_SUBSCRIPTION = '9a2c1c5e-6f0c-4a3f-9b59-1f8f2b6f2a10';
const HEX_TOKEN = '51b2ff3edb475b7d91550e0ab6edf0c1'.repeat(9);

async function subscribeSms(stage: SnsStage, Endpoint: string): Promise<JsonObject> {
  return stage.sns('Subscribe', { TopicArn: await stage.topic(), Protocol: 'sms', Endpoint });
}

async function queueByUrl(stage: SnsStage): Promise<JsonObject> {
  const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
  return stage.sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue.url });
}

/** A topic's name is all that a text of six elements tells of a subscription. */
function subscribeHttp(stage: SnsStage, TopicArn: string, members: JsonObject = {}): Promise<JsonObject> {
  return stage.sns('Subscribe', { TopicArn, Protocol: 'http', Endpoint: 'http://example.com/', ...members });
}

export const SUBSCRIPTION_TESTS: Readonly<Record<string, SnsTest>> = {
  test_subscribe_with_invalid_protocol: async stage => {
    const TopicArn = await stage.topic();
    return { exception: await stage.sns('Subscribe', { TopicArn, Protocol: 'test-protocol', Endpoint: 'localstack' }) };
  },

  test_subscribe_with_invalid_topic: async stage => {
    const subscribe = (TopicArn: string) =>
      stage.sns('Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'somebody@example.com' });
    return {
      'invalid-subscribe-arn-1': await subscribe('randomstring'),
      'invalid-subscribe-arn-2': await subscribe('arn:aws:sns:us-east-1:random'),
      'non-existent-topic': await subscribe(stage.rest.cloud.arn('sns', stage.rest.name('missing'))),
    };
  },

  test_unsubscribe_from_non_existing_subscription: async stage => {
    const SubscriptionArn = `${await stage.topic()}:${NO_SUBSCRIPTION}`;
    return { 'empty-unsubscribe': await stage.sns('Unsubscribe', { SubscriptionArn }) };
  },

  test_unsubscribe_wrong_arn_format: async stage => {
    const unsubscribe = (SubscriptionArn: string) => stage.sns('Unsubscribe', { SubscriptionArn });
    return {
      'invalid-unsubscribe-arn-1': await unsubscribe('randomstring'),
      'invalid-unsubscribe-arn-2': await unsubscribe('arn:aws:sns:us-east-1:random'),
      'invalid-unsubscribe-arn-3': await unsubscribe('arn:aws:sns:us-east-1:111111111111:random'),
      'invalid-unsubscribe-arn-4': await unsubscribe(''),
    };
  },

  test_unsubscribe_idempotency: async stage => {
    const { subscriptionArn: SubscriptionArn } = await stage.subscribed();
    return {
      'unsubscribe-1': await stage.sns('Unsubscribe', { SubscriptionArn }),
      'unsubscribe-2': await stage.sns('Unsubscribe', { SubscriptionArn }),
    };
  },

  test_unsubscribe_from_deleted_topic: async stage => {
    const TopicArn = await stage.topic();
    const { SubscriptionArn } = await subscribeHttp(stage, TopicArn);
    await stage.sns('DeleteTopic', { TopicArn });
    return { 'unsubscribe-deleted-topic': await stage.sns('Unsubscribe', { SubscriptionArn }) };
  },

  test_create_subscriptions_with_attributes: async stage => {
    const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
    const subscribe = (RawMessageDelivery: string) =>
      stage.sns('Subscribe', {
        TopicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        Attributes: { RawMessageDelivery },
        ReturnSubscriptionArn: true,
      });
    const wrong = await subscribe('wrongvalue');
    const subscribed = await subscribe('true');
    return {
      'subscribe-wrong-attr': wrong,
      subscribe: subscribed,
      'get-attrs': await stage.subscriptionAttributes(String(subscribed.SubscriptionArn)),
      'get-attrs-nonexistent-sub': await stage.subscriptionAttributes(`${TopicArn}:${NO_SUBSCRIPTION}`),
    };
  },

  test_sns_confirm_subscription_wrong_token: async stage => {
    const topicArn = await stage.topic();
    const confirm = (TopicArn: string, Token: string) => stage.sns('ConfirmSubscription', { TopicArn, Token });
    return {
      'topic-not-exists': await confirm(`${topicArn}-other`, HEX_TOKEN),
      'invalid-token': await confirm(topicArn, 'randomtoken'),
      'token-not-exists': await confirm(topicArn, HEX_TOKEN),
    };
  },

  test_subscribe_idempotency: async stage => {
    const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
    const subscribe = (members: JsonObject) =>
      stage.sns('Subscribe', {
        TopicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        ReturnSubscriptionArn: true,
        ...members,
      });
    const raw = (RawMessageDelivery: string) => ({ Attributes: { RawMessageDelivery } });
    const first = await subscribe(raw('true'));
    return {
      subscribe: first,
      'get-sub-attrs': await stage.subscriptionAttributes(String(first.SubscriptionArn)),
      'subscribe-exact-same-raw': await subscribe(raw('true')),
      'subscribe-idempotent': await subscribe(raw('true')),
      'subscribe-idempotent-no-attributes': await subscribe({}),
      'subscribe-idempotent-empty-attributes': await subscribe({ Attributes: {} }),
      'subscribe-missing-attributes': await subscribe({ Attributes: {} }),
      'subscribe-diff-attributes': await subscribe(raw('false')),
    };
  },

  test_list_subscriptions_by_topic_pagination: async stage => {
    const TopicArn = await stage.topic();
    for (let index = 0; index <= PAGE_SIZE; index++) {
      const Endpoint = `+1555${String(index).padStart(7, '0')}`;
      await stage.sns('Subscribe', { TopicArn, Protocol: 'sms', Endpoint });
    }
    const { NextToken } = await stage.sns('ListSubscriptionsByTopic', { TopicArn });
    return { 'list-sub-per-topic-page-2': await stage.sns('ListSubscriptionsByTopic', { TopicArn, NextToken }) };
  },

  test_http_subscription_response: async stage => {
    const TopicArn = await stage.topic();
    return {
      'topic-arn': { TopicArn },
      subscription: await subscribeHttp(stage, TopicArn),
      'subscription-with-arn': await subscribeHttp(stage, TopicArn, { ReturnSubscriptionArn: true }),
    };
  },

  test_creating_subscription: async stage => ({
    'create-subscription': await subscribeHttp(stage, await stage.topic()),
  }),

  test_subscribe_sms_endpoint: async stage => {
    const subscribed = await subscribeSms(stage, '+123123123');
    return {
      'subscribe-sms-endpoint': subscribed,
      'subscribe-sms-attrs': await stage.subscriptionAttributes(String(subscribed.SubscriptionArn)),
    };
  },

  test_subscribe_sms: async stage => ({ 'subscribe-sms-1': await subscribeSms(stage, '+15551234567') }),
  test_subscribe_sms_obscure_phone_number: async stage => ({
    'subscribe-sms-2': await subscribeSms(stage, '+15/55-123.4567'),
  }),

  test_publish_wrong_phone_format: async stage => ({
    'invalid-number': await stage.sns('Publish', { PhoneNumber: '+1a234', Message: 'test' }),
    'wrong-format': await stage.sns('Publish', { PhoneNumber: 'NAA+15551234567', Message: 'test' }),
    'wrong-endpoint': await subscribeSms(stage, 'NAA+15551234567'),
  }),

  test_subscribe_to_sqs_with_queue_url: async stage => ({ 'sub-queue-url': await queueByUrl(stage) }),
  test_subscribe_sqs_queue_url: async stage => ({ 'subscribe-sqs-via-url-error': await queueByUrl(stage) }),

  test_subscribe_attributes: async stage => {
    const { subscriptionArn } = await stage.subscribed();
    return { 'get-subscription-attributes': await stage.subscriptionAttributes(subscriptionArn) };
  },

  test_creating_subscription_with_attributes: async stage => {
    const { subscriptionArn } = await stage.subscribed({ RawMessageDelivery: 'true' });
    return { 'subscription-with-attributes': await stage.subscriptionAttributes(subscriptionArn) };
  },

  test_set_subscription_attributes: async stage => {
    const { subscriptionArn } = await stage.subscribed();
    await stage.set(subscriptionArn, 'RawMessageDelivery', 'true');
    return { 'set-subscription-attributes': await stage.subscriptionAttributes(subscriptionArn) };
  },

  test_subscribe_invalid_filter_policy: async stage => {
    const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
    const answer = await stage.sns('Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes: { FilterPolicy: 'invalid' },
    });
    return { 'subscribe-invalid-filter-policy': answer };
  },

  test_get_subscription_attributes_error_not_exists: async stage => ({
    'get-sub-attrs-nonexistent': await stage.subscriptionAttributes(`${await stage.topic()}:${NO_SUBSCRIPTION}`),
  }),
};
