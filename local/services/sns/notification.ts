/** What subscribers get: the envelope for queues, the event for functions. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { type FilterPolicy, matchesFilterPolicy, parseFilterPolicy } from './filter-policy.ts';
import { notifiedAttributes } from './message-attributes.ts';
import { messageFor, type Publication } from './publication.ts';
import type { Subscription, Topic } from './topic.ts';

export interface Notification {
  readonly topic: Topic;
  readonly publication: Publication;
  readonly messageId: string;
  readonly sequenceNumber: string | undefined;
  readonly publishedMs: number;
}

const FILTERS = new WeakMap<
  Subscription,
  { readonly text: string; readonly scope: string; readonly policy: FilterPolicy }
>();

/** There is no signing here: the members are there, for clients that read them, but sign nothing. */
const SIGNATURE = 'bm90IHNpZ25lZA==';

/** The JSON that a queue's message has as its body, unless the subscription is raw. */
export function notificationEnvelope(cloud: Cloud, subscription: Subscription, notification: Notification): string {
  const { topic, publication, messageId, sequenceNumber } = notification;
  const hasAttributes = Object.keys(publication.attributes).length > 0;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    TopicArn: topic.arn,
    ...(publication.subject === undefined ? {} : { Subject: publication.subject }),
    Message: messageFor(publication, subscription.protocol),
    Timestamp: new Date(notification.publishedMs).toISOString(),
    ...(topic.fifo ? {} : { SignatureVersion: '1', Signature: SIGNATURE, SigningCertURL: certificateUrl(cloud) }),
    UnsubscribeURL: unsubscribeUrl(cloud, subscription),
    ...(hasAttributes ? { MessageAttributes: notifiedAttributes(publication.attributes) } : {}),
  });
}

/** The event that a function is invoked with. */
export function lambdaEvent(cloud: Cloud, subscription: Subscription, notification: Notification): JsonObject {
  const { topic, publication, messageId } = notification;
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topic.arn,
      Subject: publication.subject ?? null,
      Message: messageFor(publication, subscription.protocol),
      Timestamp: new Date(notification.publishedMs).toISOString(),
      SignatureVersion: '1',
      Signature: SIGNATURE,
      SigningCertUrl: certificateUrl(cloud),
      UnsubscribeUrl: unsubscribeUrl(cloud, subscription),
      MessageAttributes: notifiedAttributes(publication.attributes),
    },
  };
  return { Records: [record] };
}

/** Whether the subscription's filter policy, if it has one, lets the message through. */
export function passesFilter(subscription: Subscription, publication: Publication): boolean {
  const text = subscription.attributes.get('FilterPolicy');
  if (text === undefined) return true;
  const scope = subscription.attributes.get('FilterPolicyScope') ?? 'MessageAttributes';
  return matchesFilterPolicy(filterOf(subscription, text, scope), {
    scope,
    attributes: publication.attributes,
    message: messageFor(publication, subscription.protocol),
  });
}

/** Read once, for as long as it stays what it is. */
function filterOf(subscription: Subscription, text: string, scope: string): FilterPolicy {
  const known = FILTERS.get(subscription);
  if (known?.text === text && known.scope === scope) return known.policy;
  const policy = parseFilterPolicy(text, scope);
  FILTERS.set(subscription, { text, scope, policy });
  return policy;
}

function certificateUrl(cloud: Cloud): string {
  return `${cloud.endpoint}/SimpleNotificationService-local.pem`;
}

function unsubscribeUrl(cloud: Cloud, subscription: Subscription): string {
  return `${cloud.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
}
