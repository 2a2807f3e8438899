import { AwsError } from '../../../cloud/aws-error.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { findTopic, type SnsEngine, subscriptionsOf } from '../sns-engine.ts';
import { invalidParameter } from '../sns-error.ts';
import { parseSubscriptionAttributes } from '../subscription-attributes.ts';
import { PROTOCOLS, type Protocol, type Subscription, type Topic } from '../topic.ts';

/** Those that are confirmed at once; the others wait for a person or a server that we never ask. */
const CONFIRMED_AT_ONCE: ReadonlySet<Protocol> = new Set(['sqs', 'lambda', 'sms']);

/** A number with what people write between its digits. */
const SMS_ENDPOINT = /^\+?\d(?:[\s./()-]*\d)+$/;

export function subscribe(engine: SnsEngine, input: JsonObject, call: Call) {
  const topic = findTopic(engine, input);
  const protocol = parseProtocol(input.Protocol);
  const endpoint = parseEndpoint(topic, protocol, input.Endpoint);
  const attributes = parseSubscriptionAttributes(input.Attributes, topic);
  const existing = subscriptionsOf(engine, topic).find(
    candidate => candidate.protocol === protocol && candidate.endpoint === endpoint,
  );
  if (existing) {
    refuseDifference(existing, attributes);
    return answer(existing, input);
  }
  const { cloud } = engine;
  const subscription: Subscription = {
    arn: `${topic.arn}:${cloud.ids.uuid()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes: new Map([...attributes].filter(([, text]) => text !== '')),
    principalArn: principalArn(call.principal, cloud.accountId),
    token: cloud.ids.token(64, '0123456789abcdef'),
    pending: !CONFIRMED_AT_ONCE.has(protocol),
  };
  engine.subscriptions.set(subscription.arn, subscription);
  engine.changes.subscription(subscription.arn);
  return answer(subscription, input);
}

function answer(subscription: Subscription, input: JsonObject) {
  const shown = !subscription.pending || String(input.ReturnSubscriptionArn) === 'true';
  return { SubscriptionArn: shown ? subscription.arn : 'pending confirmation' };
}

function parseProtocol(value: unknown): Protocol {
  const protocol = PROTOCOLS.find(candidate => candidate === value);
  if (protocol === undefined) throw invalidParameter(`Amazon SNS does not support this protocol string: ${value}`);
  return protocol;
}

function parseEndpoint(topic: Topic, protocol: Protocol, value: unknown): string {
  const endpoint = typeof value === 'string' ? value : '';
  if (protocol === 'sqs' && !/^arn:aws[^:]*:sqs:/.test(endpoint)) throw invalidParameter('SQS endpoint ARN');
  if (protocol === 'lambda' && !/^arn:aws[^:]*:lambda:/.test(endpoint)) throw invalidParameter('Lambda endpoint ARN');
  if (protocol.startsWith('email') && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalidParameter('Email address');
  if (protocol === 'sms' && !SMS_ENDPOINT.test(endpoint)) throw invalidSmsEndpoint(endpoint);
  if (endpoint === '') throw invalidParameter('Endpoint');
  if (protocol === 'sqs' && endpoint.endsWith('.fifo') && !topic.fifo)
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  return endpoint;
}

function invalidSmsEndpoint(endpoint: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid SMS endpoint: ${endpoint}`);
}

/** Subscribing again is fine, unless it names other values. */
function refuseDifference(existing: Subscription, attributes: ReadonlyMap<string, string>): void {
  for (const [name, value] of attributes) {
    if ((existing.attributes.get(name) ?? '') !== value)
      throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
  }
}

function principalArn(principal: Principal, accountId: string): string {
  switch (principal.kind) {
    case 'operator':
      return `arn:aws:iam::${accountId}:root`;
    case 'role':
      return principal.roleArn;
    case 'service':
      return principal.sourceArn;
  }
}
