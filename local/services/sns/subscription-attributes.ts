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
    ...(subscription.attributes.has('FilterPolicy') ? { FilterPolicyScope: 'MessageAttributes' } : {}),
    ...Object.fromEntries(subscription.attributes),
  };
}

/** Reads the `Attributes` of a request. `current` are those that the subscription has. @throws AwsError InvalidParameter */
export function parseSubscriptionAttributes(
  value: unknown,
  topic: Topic,
  current: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const parsed = new Map<string, string>();
  const given = Object.entries((value ?? {}) as JsonObject);
  for (const [name, raw] of given) {
    if (!SETTABLE.has(name)) throw invalidParameter('AttributeName');
    parsed.set(name, String(raw ?? ''));
  }
  for (const [name, text] of parsed) if (text !== '') refuseInvalid(name, text, topic);
  const filter = parsed.get('FilterPolicy') ?? current.get('FilterPolicy');
  const scope = parsed.get('FilterPolicyScope') ?? current.get('FilterPolicyScope') ?? 'MessageAttributes';
  if (filter) parseFilterPolicy(filter, scope);
  return parsed;
}

/** Takes over new values; an empty one takes the attribute away. */
export function assignSubscriptionAttributes(subscription: Subscription, changes: ReadonlyMap<string, string>): void {
  for (const [name, text] of changes) {
    if (text === '') subscription.attributes.delete(name);
    else subscription.attributes.set(name, text);
  }
}

function refuseInvalid(name: string, text: string, topic: Topic): void {
  if (name === 'RawMessageDelivery' && text !== 'true' && text !== 'false')
    throw invalidParameter(`Attributes Reason: RawMessageDelivery: Invalid value [${text}]. Must be true or false.`);
  if (name === 'FilterPolicyScope' && text !== 'MessageAttributes' && text !== 'MessageBody')
    throw invalidParameter(
      `Attributes Reason: FilterPolicyScope: Invalid value [${text}]. Please use either MessageBody or MessageAttributes`,
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
