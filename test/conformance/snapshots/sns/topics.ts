/** What `tests/aws/services/sns/test_sns.py` does with topics, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { SnsStage } from './sns-stage.ts';

/** Repeats one recorded test. @param parameters what the test was run with, as its name says */
export type SnsTest = (stage: SnsStage, parameters: string) => Promise<Readonly<Record<string, unknown>>>;

function tags(values: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
}

/** The policy of a topic, as the document that it is. */
async function policyOf(stage: SnsStage, topicArn: string): Promise<unknown> {
  const { Attributes } = await stage.topicAttributes(topicArn);
  return JSON.parse(String((Attributes as JsonObject).Policy)); // of its answer
}

async function permitted(stage: SnsStage, ActionName: readonly string[]) {
  const TopicArn = await stage.topic();
  const AWSAccountId = [stage.rest.cloud.accountId];
  const added = await stage.sns('AddPermission', { TopicArn, Label: 'test', AWSAccountId, ActionName });
  return { added, TopicArn };
}

export const TOPIC_TESTS: Readonly<Record<string, SnsTest>> = {
  test_create_topic_with_attributes: async stage => {
    const TopicArn = await stage.fifoTopic({ DisplayName: 'TestTopic', SignatureVersion: '2' });
    return {
      'get-topic-attrs': await stage.topicAttributes(TopicArn),
      'get-attrs-nonexistent-topic': await stage.topicAttributes(`${TopicArn}-other`),
      'get-attrs-malformed-topic': await stage.topicAttributes('test-topic'),
    };
  },

  test_tags: async stage => {
    const TopicArn = await stage.topic();
    const tag = (Tags: readonly JsonObject[]) => stage.sns('TagResource', { ResourceArn: TopicArn, Tags });
    const list = () => stage.sns('ListTagsForResource', { ResourceArn: TopicArn });
    const duplicate = await tag([...tags({ k1: 'v1' }), ...tags({ k1: 'v2' })]);
    await tag(tags({ k1: 'v1', k2: 'v2' }));
    const created = await list();
    await stage.sns('UntagResource', { ResourceArn: TopicArn, TagKeys: ['k1'] });
    const deleted = await list();
    await tag(tags({ k2: 'v2b' }));
    return {
      'duplicate-key-error': duplicate,
      'list-created-tags': created,
      'list-after-delete-tags': deleted,
      'list-after-update-tags': await list(),
    };
  },

  test_create_topic_test_arn: async stage => {
    const created = await stage.sns('CreateTopic', { Name: stage.rest.name('topic') });
    const TopicArn = String(created.TopicArn);
    return {
      'create-topic': created,
      'get-topic-attrs': await stage.topicAttributes(TopicArn),
      'delete-topic': await stage.sns('DeleteTopic', { TopicArn }),
      'topic-not-exists': await stage.topicAttributes(TopicArn),
    };
  },

  test_create_duplicate_topic_with_more_tags: async stage => {
    const Name = stage.rest.name('topic');
    await stage.sns('CreateTopic', { Name, Tags: tags({ key1: 'value1' }) });
    return {
      'exception-duplicate': await stage.sns('CreateTopic', { Name, Tags: tags({ key1: 'value1', key2: 'value2' }) }),
    };
  },

  test_create_duplicate_topic_check_idempotency: async stage => {
    const Name = stage.rest.name('topic');
    const create = (values: Readonly<Record<string, string>>) => stage.sns('CreateTopic', { Name, Tags: tags(values) });
    return {
      'response-created': await create({ a: '1', b: '2' }),
      'response-same-arn-0': await create({}),
      'response-same-arn-1': await create({ a: '1' }),
      'response-same-arn-2': await create({ a: '1', b: '2' }),
    };
  },

  test_create_topic_after_delete_with_new_tags: async stage => {
    const Name = stage.rest.name('topic');
    const first = await stage.sns('CreateTopic', { Name, Tags: tags({ Name: 'abc' }) });
    await stage.sns('DeleteTopic', { TopicArn: first.TopicArn });
    return { 'topic-0': first, 'topic-1': await stage.sns('CreateTopic', { Name, Tags: tags({ Name: 'def' }) }) };
  },

  test_delete_topic_idempotency: async stage => {
    const TopicArn = await stage.topic();
    return {
      'delete-topic': await stage.sns('DeleteTopic', { TopicArn }),
      'delete-topic-again': await stage.sns('DeleteTopic', { TopicArn }),
    };
  },

  test_delete_non_existent_topic: async stage => {
    const TopicArn = stage.rest.cloud.arn('sns', stage.rest.name('missing'));
    return { 'delete-non-existent-topic': await stage.sns('DeleteTopic', { TopicArn }) };
  },

  test_create_topic_should_be_idempotent: async stage => {
    const Name = stage.rest.name('topic');
    const { TopicArn } = await stage.sns('CreateTopic', { Name });
    const value = { AttributeName: 'DisplayName', AttributeValue: 'AlreadySet' };
    await stage.sns('SetTopicAttributes', { TopicArn, ...value });
    const first = await stage.topicAttributes(String(TopicArn));
    const again = await stage.sns('CreateTopic', { Name });
    return {
      'topic-attrs-idempotent-1': first,
      'topic-attrs-idempotent-2': await stage.topicAttributes(String(again.TopicArn)),
    };
  },

  test_topic_add_permission: async stage => {
    const { added, TopicArn } = await permitted(stage, ['Publish']);
    return { 'add-permission-response': added, 'topic-policy-after-permission': await policyOf(stage, TopicArn) };
  },

  test_topic_add_multiple_permissions: async stage => {
    const { added, TopicArn } = await permitted(stage, ['Publish', 'Subscribe']);
    return { 'add-permission-response': added, 'topic-policy-after-permission': await policyOf(stage, TopicArn) };
  },

  test_topic_remove_permission: async stage => {
    const { TopicArn } = await permitted(stage, ['Publish']);
    await stage.sns('RemovePermission', { TopicArn, Label: 'test' });
    return { 'topic-policy': await policyOf(stage, TopicArn) };
  },

  test_add_permission_errors: async stage => {
    const { TopicArn } = await permitted(stage, ['Publish']);
    const members = { TopicArn, Label: 'test', AWSAccountId: [stage.rest.cloud.accountId], ActionName: ['Publish'] };
    return {
      'duplicate-label': await stage.sns('AddPermission', members),
      'topic-not-found': await stage.sns('AddPermission', {
        ...members,
        TopicArn: `${TopicArn}-other`,
        Label: 'test-2',
      }),
      'invalid-action': await stage.sns('AddPermission', {
        ...members,
        ActionName: ['InvalidAction'],
        Label: 'test-2',
      }),
    };
  },

  test_remove_permission_errors: async stage => {
    const TopicArn = `${await stage.topic()}-other`;
    return { 'topic-not-found': await stage.sns('RemovePermission', { TopicArn, Label: 'test' }) };
  },
};
