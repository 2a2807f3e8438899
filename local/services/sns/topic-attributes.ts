import type { JsonObject } from '../../cloud/service.ts';
import { type SnsEngine, subscriptionsOf } from './sns-engine.ts';
import { invalidParameter } from './sns-error.ts';
import type { Topic } from './topic.ts';

const SETTABLE = new Set([
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]);

/** Feedback attributes of every protocol: `LambdaSuccessFeedbackRoleArn` and the like. */
const FEEDBACK = /^(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)$/;

const DELIVERY_POLICY = {
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
};

/** What the owner of a topic may do with it. */
export const OWNER_ACTIONS = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
];

/** As `GetTopicAttributes` shows a topic. */
export function effectiveTopicAttributes(engine: SnsEngine, topic: Topic): JsonObject {
  const subscriptions = subscriptionsOf(engine, topic);
  const pending = subscriptions.filter(subscription => subscription.pending).length;
  return {
    TopicArn: topic.arn,
    Owner: engine.cloud.accountId,
    DisplayName: '',
    Policy: JSON.stringify(ownerPolicy(engine, topic)),
    EffectiveDeliveryPolicy: JSON.stringify(DELIVERY_POLICY),
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    ...(topic.fifo ? { FifoTopic: 'true', ContentBasedDeduplication: 'false' } : {}),
    ...Object.fromEntries(topic.attributes),
  };
}

/** The policy that a topic has until it is given another: its owner may do everything with it. */
export function ownerPolicy(engine: SnsEngine, topic: Topic): JsonObject {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: OWNER_ACTIONS.map(action => `SNS:${action}`),
        Resource: topic.arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': engine.cloud.accountId } },
      },
    ],
  };
}

/** @throws AwsError InvalidParameter when there is no such attribute, or its value is no document where it must be */
export function parseTopicAttribute(name: string, value: unknown): string {
  if (!SETTABLE.has(name) && !FEEDBACK.test(name)) throw invalidParameter('AttributeName');
  const text = String(value ?? '');
  if (name === 'Policy') {
    try {
      JSON.parse(text);
    } catch (cause) {
      throw Object.assign(invalidParameter('Policy Error: null'), { cause });
    }
  }
  return text;
}
