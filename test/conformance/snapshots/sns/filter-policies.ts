/** What `tests/aws/services/sns/test_sns_filter_policy.py` does, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import { numberAttribute } from './publishing.ts';
import type { SnsStage, Subscribed } from './sns-stage.ts';
import type { SnsTest } from './topics.ts';

const BODY = { FilterPolicyScope: 'MessageBody' };
const TEXT = 'This is a test message';

function filter(policy: JsonObject): JsonObject {
  return { FilterPolicy: JSON.stringify(policy) };
}

function attributes(values: JsonObject): JsonObject {
  return { MessageAttributes: values };
}

/** Subscribes with each policy in vain; the recording has the reason without its place beside the whole. */
async function refusals(stage: SnsStage, policies: Readonly<Record<string, JsonObject>>): Promise<JsonObject> {
  const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
  const answers: Record<string, unknown> = {};
  for (const [step, policy] of Object.entries(policies)) {
    const Attributes = filter(policy);
    const { Error: error, ...rest } = await stage.sns('Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes,
    });
    const refused = (error ?? {}) as JsonObject; // of a refused call
    answers[step] = { ...rest, Error: { ...refused, _normalized: String(refused.Message).split('\n')[0] } };
  }
  return answers;
}

/** The same, where the recording has no such thing. */
async function plainRefusals(stage: SnsStage, policies: Readonly<Record<string, JsonObject>>, scope: JsonObject = {}) {
  const [TopicArn, queue] = [await stage.topic(), await stage.rest.queue()];
  const answers: Record<string, unknown> = {};
  for (const [step, policy] of Object.entries(policies)) {
    const Attributes = { ...filter(policy), ...scope };
    answers[step] = await stage.sns('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes });
  }
  return answers;
}

function operator(name: string, value: unknown): JsonObject {
  return { key: [{ [name]: value }] };
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function filtered(stage: SnsStage, policy: JsonObject, members: JsonObject = {}): Promise<Subscribed> {
  return stage.subscribed({ ...filter(policy), ...members });
}

/** Publishes a body, and takes what comes of it out of the queue. */
async function passed(stage: SnsStage, { topicArn, queue }: Subscribed, text: string): Promise<JsonObject> {
  await stage.publish(topicArn, text);
  return stage.take(queue);
}

export const FILTER_TESTS: Readonly<Record<string, SnsTest>> = {
  test_validate_policy: stage =>
    refusals(stage, {
      'error-condition-list': { key: [['value']] },
      'error-condition-operator': operator('wrong-operator', true),
      'error-condition-two-operators': { key: [{ suffix: 'value', prefix: 'value2' }] },
    }),

  test_validate_policy_string_operators: stage =>
    refusals(stage, {
      'error-condition-empty-array': { key: [] },
      'error-condition-is-numeric': operator('suffix', 100),
      'error-condition-is-none': operator('suffix', null),
      'error-condition-is-not-list-and-operator': { key: { suffix: 'value' } },
      'error-condition-empty-list': operator('suffix', []),
      'error-condition-list-wrong-type': operator('suffix', ['test', 'test2']),
      'error-condition-is-not-list-two-ops': { key: { suffix: 'value', prefix: 'value' } },
      'error-condition-is-not-list-and-no-operator': { key: { 'not-an-operator': 'value' } },
      'error-condition-bad-type': operator('cidr', ['bad-filter']),
      'error-condition-bad-cidr-str': operator('cidr', 'bad-filter'),
      'error-condition-bad-cidr-str-slash': operator('cidr', 'bad-filter/64'),
      'error-condition-bad-cidr-str-slash-2': operator('cidr', '1.1.1.1/aa'),
      'error-condition-bad-cidr-v4': operator('cidr', 'xx.11.xx/8'),
      'error-condition-bad-cidr-v6': operator('cidr', 'xxxx:db8:1234:1a00::/64'),
    }),

  test_validate_policy_numeric_operator: stage =>
    refusals(stage, {
      'error-numeric-empty': operator('numeric', []),
      'error-numeric-wrong-operator': operator('numeric', ['operator']),
      'error-numeric-operator-order': operator('numeric', [1, '<=']),
      'error-numeric-type': operator('numeric', ['=', '000']),
      'error-numeric-missing-value': operator('numeric', ['>=']),
      'error-numeric-wrong-range-order': operator('numeric', ['<', 100, '>', 10]),
      'error-numeric-wrong-range-operators': operator('numeric', ['>=', 1, '>', 2]),
      'error-numeric-wrong-value-order': operator('numeric', ['>', 3, '<', 1]),
      'error-numeric-missing-range-value': operator('numeric', ['>', 20, '<=']),
      'error-numeric-missing-range-operator': operator('numeric', ['>', 20, 30]),
      'error-numeric-wrong-second-range-operator': operator('numeric', ['>', 20, 'test']),
      'error-numeric-wrong-range-value-1-type': operator('numeric', ['>', '20', '<', '30']),
      'error-numeric-wrong-range-value-2-type': operator('numeric', ['>', 20, '<', '30']),
      'error-numeric-too-many-range': operator('numeric', ['>', 20, '<', 30, '<', 50]),
    }),

  test_validate_policy_exists_operator: stage =>
    refusals(stage, {
      'error-condition-none': operator('exists', null),
      'error-condition-string': operator('exists', 'no'),
    }),

  test_policy_complexity: stage =>
    plainRefusals(stage, {
      'error-complexity-in-one-condition': { key: numbers(151) },
      'error-complexity-in-two-conditions': { key: numbers(11), key2: numbers(14) },
      'error-complexity-too-many-fields': Object.fromEntries(numbers(6).map(key => [`key${key}`, ['value']])),
    }),

  test_policy_complexity_with_or: stage =>
    plainRefusals(
      stage,
      {
        'error-complexity-or-flat': { source: numbers(10), $or: [{ a: numbers(10) }, { b: numbers(10) }] },
        'error-complexity-or-nested': {
          source: numbers(10),
          $or: [{ a: { b: numbers(10) } }, { c: { d: numbers(10) } }],
        },
      },
      BODY,
    ),

  test_sub_filter_policy_nested_property: async stage => {
    const { subscriptionArn } = await stage.subscribed();
    const policy = JSON.stringify({ object: { key: [{ prefix: 'auto-' }] } });
    const refused = await stage.set(subscriptionArn, 'FilterPolicy', policy);
    await stage.set(subscriptionArn, 'FilterPolicyScope', 'MessageBody');
    await stage.set(subscriptionArn, 'FilterPolicy', policy);
    return {
      'sub-filter-policy-nested-error': refused,
      'sub-attrs-after-setting-nested-policy': await stage.subscriptionAttributes(subscriptionArn),
    };
  },

  test_sub_filter_policy_nested_property_constraints: async stage => {
    const { subscriptionArn } = await stage.subscribed();
    await stage.set(subscriptionArn, 'FilterPolicyScope', 'MessageBody');
    const set = (policy: JsonObject) => stage.set(subscriptionArn, 'FilterPolicy', JSON.stringify(policy));
    return {
      'sub-filter-policy-nested-error-too-many-combinations': await set({
        key_a: { key_b: { key_c: ['one', 'two', 'three', 'four'] } },
        key_d: { key_e: ['one', 'two', 'three'] },
        key_f: ['one', 'two', 'three'],
      }),
      'sub-filter-policy-max-attr-keys': await set(Object.fromEntries(numbers(6).map(key => [`key_${key}`, ['one']]))),
      'sub-filter-policy-rule-no-list': await set({ key_a: 'value_one' }),
    };
  },

  test_set_subscription_filter_policy_scope: async stage => {
    const { subscriptionArn } = await stage.subscribed();
    const shown = () => stage.subscriptionAttributes(subscriptionArn);
    const initial = await shown();
    await stage.set(subscriptionArn, 'FilterPolicyScope', 'MessageBody');
    const scoped = await shown();
    const refused = await stage.set(subscriptionArn, 'FilterPolicyScope', 'RandomValue');
    await stage.set(subscriptionArn, 'FilterPolicy', JSON.stringify({ attr: ['match-this'] }));
    return {
      'sub-attrs-default': initial,
      'sub-attrs-filter-scope-body': scoped,
      'sub-attrs-filter-scope-error': refused,
      'sub-attrs-after-setting-policy': await shown(),
    };
  },

  test_filter_policy: async stage => {
    const { topicArn, queue, subscriptionArn } = await filtered(stage, { attr1: [{ numeric: ['>', 0, '<=', 100] }] });
    const before = {
      'subscription-attributes': await stage.subscriptionAttributes(subscriptionArn),
      'messages-0': await stage.receive(queue, { VisibilityTimeout: 0 }),
    };
    await stage.publish(topicArn, TEXT, attributes({ attr1: numberAttribute('99') }));
    const first = await stage.receive(queue, { VisibilityTimeout: 0 });
    await stage.publish(topicArn, 'This is another test message', attributes({ attr1: numberAttribute('111') }));
    const second = await stage.take(queue);
    const policy = { attr1: [null, { 'anything-but': 'whatever' }] };
    await stage.set(subscriptionArn, 'FilterPolicy', JSON.stringify(policy));
    const changed = {
      'subscription-attributes-2': await stage.subscriptionAttributes(subscriptionArn),
      'messages-3': await stage.receive(queue),
    };
    await stage.publish(topicArn, 'This the test message for null');
    return {
      ...before,
      'messages-1': first,
      'messages-2': second,
      ...changed,
      'messages-4': await stage.receive(queue),
    };
  },

  test_exists_filter_policy: async stage => {
    const { topicArn, queue, subscriptionArn } = await filtered(stage, { store: [{ exists: true }] });
    const shown = () => stage.subscriptionAttributes(subscriptionArn);
    const look = () => stage.receive(queue, { VisibilityTimeout: 0 });
    const [def, store] = [numberAttribute('99'), numberAttribute('99')];
    const before = { 'subscription-attributes-policy-1': await shown(), 'messages-0': await look() };
    await stage.publish(topicArn, 'message-1', attributes({ store, def }));
    const first = await look();
    await stage.publish(topicArn, 'message-2', attributes({ def }));
    const second = await stage.take(queue);
    await stage.set(subscriptionArn, 'FilterPolicy', JSON.stringify({ store: [{ exists: false }] }));
    const changed = await shown();
    await stage.publish(topicArn, 'message-3', attributes({ def }));
    const third = await look();
    await stage.publish(topicArn, 'message-4', attributes({ store, def }));
    return {
      ...before,
      'messages-1': first,
      'messages-2': second,
      'subscription-attributes-policy-2': changed,
      'messages-3': third,
      'messages-4': await look(),
    };
  },

  test_exists_filter_policy_attributes_array: async stage => {
    const subscribed = await filtered(stage, { store: ['value1'] }, { RawMessageDelivery: 'true' });
    const { topicArn, queue, subscriptionArn } = subscribed;
    const publish = async (text: string, DataType: string, StringValue: string) => {
      await stage.publish(topicArn, text, attributes({ store: { DataType, StringValue } }));
      return stage.take(queue);
    };
    return {
      'subscription-attributes-policy': await stage.subscriptionAttributes(subscriptionArn),
      'messages-init': await stage.receive(queue),
      'messages-1': await publish('message-1', 'String', 'value1'),
      'messages-2': await publish('message-2', 'String.Array', '["value1"]'),
      'messages-3': await publish('message-3', 'String.Array', '["value2"]'),
    };
  },

  test_filter_policy_on_message_body: async (stage, raw) => {
    const policy = { object: { key: [{ prefix: 'auto-' }, 'hardcodedvalue'] } };
    const RawMessageDelivery = raw === 'True' ? 'true' : 'false';
    const subscribed = await filtered(stage, policy, { ...BODY, RawMessageDelivery });
    const initial = await stage.receive(subscribed.queue);
    const messages: JsonObject = {
      'recv-passed-msg-0': await passed(stage, subscribed, '{"object": {"key": "auto-test"}}'),
      'recv-passed-msg-1': await passed(stage, subscribed, '{"object": {"key": "hardcodedvalue"}}'),
    };
    for (const text of ['not-json', '{"object": {"key": "test"}}', '{"object": "auto-test"}', '{}']) {
      const { Messages } = await passed(stage, subscribed, text);
      if (Messages) return { 'recv-filtered-msg': Messages };
    }
    return { 'recv-init': initial, ...messages };
  },

  test_filter_policy_on_message_body_dot_attribute: async stage => {
    const subscribed = await filtered(stage, { 'object.nested': ['string.value'] }, BODY);
    const initial = await stage.receive(subscribed.queue);
    const nested = {
      'recv-nested-msg-0': await passed(stage, subscribed, '{"object": {"nested": "string.value"}}'),
      'recv-nested-msg-1': await passed(stage, subscribed, '{"object.nested": "string.value"}'),
    };
    await stage.set(
      subscribed.subscriptionArn,
      'FilterPolicy',
      JSON.stringify({ 'object.nested.test': ['string.value'] }),
    );
    return {
      'recv-init': initial,
      ...nested,
      'recv-deep-nested-msg-0': await passed(stage, subscribed, '{"object": {"nested": {"test": "string.value"}}}'),
      'recv-deep-nested-msg-1': await passed(stage, subscribed, '{"object.nested.test": "string.value"}'),
      'recv-deep-nested-msg-2': await passed(stage, subscribed, '{"object.nested": {"test": "string.value"}}'),
      'recv-deep-nested-msg-3': await passed(stage, subscribed, '{"object": {"nested.test": "string.value"}}'),
    };
  },

  test_filter_policy_on_message_body_array_attributes: async stage => {
    const topicArn = await stage.topic();
    const queues = [await stage.rest.queue(), await stage.rest.queue()] as const;
    for (const [index, queue] of queues.entries()) {
      const policy = filter({ headers: { 'route-to': [`queue${index + 1}`] } });
      await stage.subscribe(topicArn, queue, { ...policy, ...BODY, RawMessageDelivery: 'true' });
    }
    for (const routes of [['queue3'], ['queue1'], ['queue2'], ['queue1', 'queue2']])
      await stage.publish(topicArn, JSON.stringify({ headers: { 'route-to': routes } }));
    const take = async (index: 0 | 1) => {
      await stage.rest.pass(1_000);
      return { Messages: await stage.takeAll(queues[index], ({ Body }) => String(Body)) };
    };
    return { 'messages-queue-0': await take(0), 'messages-queue-1': await take(1) };
  },

  test_filter_policy_for_batch: async stage => {
    const { topicArn, queue, subscriptionArn } = await filtered(stage, { attr1: [{ numeric: ['>', 0, '<=', 100] }] });
    const all = await stage.subscribe(topicArn, await stage.rest.queue());
    const initial = {
      'subscription-attributes-with-filter': await stage.subscriptionAttributes(subscriptionArn),
      'subscription-attributes-no-filter': await stage.subscriptionAttributes(all.subscriptionArn),
      'messages-no-filter-before-publish': await stage.take(all.queue),
      'messages-with-filter-before-publish': await stage.take(queue),
    };
    const publish = (Message: string, value: string) =>
      stage.sns('PublishBatch', {
        TopicArn: topicArn,
        PublishBatchRequestEntries: [{ Id: '1', Message, MessageAttributes: { attr1: numberAttribute(value) } }],
      });
    await publish(TEXT, '99');
    const passing = {
      'messages-no-filter-after-publish-ok': await stage.take(all.queue),
      'messages-with-filter-after-publish-ok': await stage.take(queue),
    };
    await publish('This is another test message', '111');
    return {
      ...initial,
      ...passing,
      'messages-no-filter-after-publish-ok-1': await stage.take(all.queue),
      'messages-with-filter-after-publish-filtered': await stage.take(queue),
    };
  },
};
