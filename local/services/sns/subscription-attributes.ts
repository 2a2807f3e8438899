import type { JsonObject } from '../../cloud/service.ts';
import { parseFilterPolicy } from './filter-policy.ts';
import { invalidParameter } from './sns-error.ts';
import type { Subscription, Topic } from './topic.ts';

const SETTABLE = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
]);

/** As `GetSubscriptionAttributes` shows a subscription. */
export function effectiveSubscriptionAttributes(subscription: Subscription, accountId: string): JsonObject {
  return {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: accountId,
    PendingConfirmation: String(subscription.pending),
    ConfirmationWasAuthenticated: String(!subscription.pending),
    RawMessageDelivery: 'false',
    SubscriptionPrincipal: subscription.principalArn,
    ...shownAttributes(subscription),
  };
}

/** What was set; the scope of a filter only where there is a filter (observed). */
function shownAttributes({ attributes }: Subscription): JsonObject {
  const { FilterPolicyScope = 'MessageAttributes', ...set } = Object.fromEntries(attributes);
  return attributes.has('FilterPolicy') ? { ...set, FilterPolicyScope } : set;
}

/**
 * Reads the `Attributes` of `Subscribe`, or the one of `SetSubscriptionAttributes`, which comes with those that the
 * subscription has. @throws AwsError InvalidParameter
 */
export function parseSubscriptionAttributes(
  value: unknown,
  topic: Topic,
  current?: ReadonlyMap<string, string>,
): Map<string, string> {
  const place = current ? '' : 'Attributes Reason: ';
  const parsed = new Map<string, string>();
  const given = Object.entries((value ?? {}) as JsonObject);
  for (const [name, raw] of given) {
    if (!SETTABLE.has(name)) throw invalidParameter('AttributeName');
    parsed.set(name, String(raw ?? ''));
  }
  for (const [name, text] of parsed) if (text !== '') refuseInvalid(name, text, { topic, place });
  const filter = parsed.get('FilterPolicy') ?? current?.get('FilterPolicy');
  const scope = parsed.get('FilterPolicyScope') ?? current?.get('FilterPolicyScope') ?? 'MessageAttributes';
  if (filter) parseFilterPolicy(filter, scope, place);
  return parsed;
}

/** Takes over new values; an empty one takes the attribute away. */
export function assignSubscriptionAttributes(subscription: Subscription, changes: ReadonlyMap<string, string>): void {
  for (const [name, text] of changes) {
    if (text === '') subscription.attributes.delete(name);
    else subscription.attributes.set(name, text);
  }
}

function refuseInvalid(name: string, text: string, { topic, place }: { topic: Topic; place: string }): void {
  if (name === 'RawMessageDelivery' && text !== 'true' && text !== 'false')
    throw invalidParameter(`${place}RawMessageDelivery: Invalid value [${text}]. Must be true or false.`);
  if (name === 'FilterPolicyScope' && text !== 'MessageAttributes' && text !== 'MessageBody')
    throw invalidParameter(
      `${place}FilterPolicyScope: Invalid value [${text}]. Please use either MessageBody or MessageAttributes`,
    );
  if (name === 'RedrivePolicy') refuseRedrivePolicy(text, topic);
}

function refuseRedrivePolicy(text: string, topic: Topic): void {
  const target = redriveTarget(text);
  if (target === undefined) throw invalidParameter('RedrivePolicy: failed to parse JSON.');
  if (topic.fifo && !target.endsWith('.fifo'))
    throw invalidParameter('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
}

function redriveTarget(text: string): string | undefined {
  try {
    const { deadLetterTargetArn } = JSON.parse(text) as JsonObject;
    return typeof deadLetterTargetArn === 'string' ? deadLetterTargetArn : undefined;
  } catch {
    return undefined;
  }
}
