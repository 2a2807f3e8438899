import type { Cloud } from '../../cloud/cloud.ts';
import type { Call, JsonObject, Operation, Permission, Service } from '../../cloud/service.ts';
import { addPermission, removePermission } from './operations/permissions.ts';
import { publish } from './operations/publish.ts';
import { publishBatch } from './operations/publish-batch.ts';
import { subscribe } from './operations/subscribe.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  unsubscribe,
} from './operations/subscriptions.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './operations/topics.ts';
import { unkept } from './sns-changes.ts';
import type { SnsEngine } from './sns-engine.ts';
import { keepSns } from './sns-journal.ts';
import { ownerPolicy } from './topic-attributes.ts';

type SnsOperation = (engine: SnsEngine, input: JsonObject, call: Call) => unknown;

const OPERATIONS: Readonly<Record<string, SnsOperation>> = {
  AddPermission: addPermission,
  ConfirmSubscription: confirmSubscription,
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  GetTopicAttributes: getTopicAttributes,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  ListTagsForResource: listTagsForResource,
  ListTopics: listTopics,
  Publish: publish,
  PublishBatch: publishBatch,
  RemovePermission: removePermission,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  TagResource: tagResource,
  Unsubscribe: unsubscribe,
  UntagResource: untagResource,
};

/** SNS: topics and subscriptions of queues and functions. Nothing is ever sent off the machine. */
export function snsService(cloud: Cloud): Service {
  const engine: SnsEngine = {
    cloud,
    topics: new Map(),
    subscriptions: new Map(),
    deliveries: new Map(),
    changes: unkept,
  };
  keepSns(engine);
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS))
    operations[name] = (input, call) => operation(engine, input, call);
  return {
    name: 'sns',
    wire: { protocol: 'query', apiVersion: '2010-03-31', mapMembers: ['Attributes'] },
    operations,
    permissions: (operation, input) => snsPermissions(cloud, operation, input),
    resourcePolicy: arn => policyOf(engine, arn),
  };
}

/** Actions and resources as in the service authorization reference, "Amazon SNS". */
function snsPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  const action = `sns:${operation === 'PublishBatch' ? 'Publish' : operation}`;
  const named = typeof input.Name === 'string' ? cloud.arn('sns', input.Name) : undefined;
  const resource = input.TopicArn ?? input.TargetArn ?? input.ResourceArn ?? topicOf(input.SubscriptionArn) ?? named;
  return [{ action, resources: [typeof resource === 'string' ? resource : '*'] }];
}

/** A subscription's ARN is its topic's and an id. */
function topicOf(subscriptionArn: unknown): string | undefined {
  return typeof subscriptionArn === 'string' ? subscriptionArn.split(':').slice(0, 6).join(':') : undefined;
}

function policyOf(engine: SnsEngine, arn: string): JsonObject | undefined {
  const topic = engine.topics.get(arn);
  if (!topic) return undefined;
  const policy = topic.attributes.get('Policy');
  return policy === undefined ? ownerPolicy(engine, topic) : (JSON.parse(policy) as JsonObject); // checked when it was set
}
