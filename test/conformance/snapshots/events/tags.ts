import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN } from './account-event.ts';
import type { EventsStage } from './events-stage.ts';
import { recordedTests } from './recorded-test.ts';

const TAGS = [
  { Key: 'tag1', Value: 'value1' },
  { Key: 'tag2', Value: 'value2' },
];
const [FIRST_TAG] = TAGS;

/** Tags of buses and rules. */
export const tagsHarness = recordedTests('events/test_events_tags', {
  tests: {
    tests_tag_untag_resource: async (stage, parameters) => {
      const [kind, bus] = parameters.split('-');
      const ResourceARN = await newResource(stage, kind, bus);
      const untag = () => stage.answer('UntagResource', { ResourceARN, TagKeys: ['tag2'] });
      const answers = {
        tag_resource: await stage.answer('TagResource', { ResourceARN, Tags: TAGS }),
        list_tags_for_resource: await stage.answer('ListTagsForResource', { ResourceARN }),
        untag_resource: await untag(),
        list_tags_for_untagged_resource: await stage.answer('ListTagsForResource', { ResourceARN }),
      };
      // The test had no bus among its parameters before it took this last step.
      return bus === undefined ? answers : { ...answers, untag_resource_not_existing_tag: await untag() };
    },

    tests_tag_list_untag_not_existing_resource: async (stage, parameters) => {
      const path = parameters.endsWith('rule') ? 'rule' : 'event-bus';
      const ResourceARN = stage.cloud.arn('events', `${path}/${stage.name('missing')}`);
      return {
        tag_not_existing_resource_error: await stage.refusal('TagResource', { ResourceARN, Tags: TAGS }),
        list_tags_for_not_existing_resource_error: await stage.refusal('ListTagsForResource', { ResourceARN }),
        untag_not_existing_resource_error: await stage.refusal('UntagResource', { ResourceARN, TagKeys: ['tag1'] }),
      };
    },

    test_recreate_tagged_resource_without_tags: async (stage, parameters) => {
      const [kind, bus] = parameters.split('-');
      const ResourceARN = await newResource(stage, kind, bus, [FIRST_TAG]);
      if (ResourceARN.includes(':rule/')) await recreateRule(stage, ResourceARN);
      else if (!ResourceARN.endsWith('/default')) await recreateBus(stage, ResourceARN);
      return { list_tags_for_resource: await stage.answer('ListTagsForResource', { ResourceARN }) };
    },

    test_create_rule_with_tags: async stage => {
      const Name = stage.name('rule');
      const put = await stage.answer('PutRule', { Name, EventPattern: ACCOUNT_PATTERN, Tags: TAGS });
      return {
        put_rule_with_tags: put,
        list_tags_for_rule: await stage.answer('ListTagsForResource', { ResourceARN: put.RuleArn }),
      };
    },

    test_list_tags_for_deleted_rule: async stage => {
      const ResourceARN = await newResource(stage, 'rule', 'event_bus_custom');
      await stage.events('DeleteRule', ruleOf(ResourceARN));
      return { list_tags_for_deleted_rule_error: await stage.refusal('ListTagsForResource', { ResourceARN }) };
    },

    test_create_event_bus_with_tags: async stage => {
      const Name = stage.name('bus');
      const created = await stage.answer('CreateEventBus', { Name, Tags: TAGS });
      return {
        create_event_bus_with_tags: created,
        list_tags_for_event_bus: await stage.answer('ListTagsForResource', { ResourceARN: created.EventBusArn }),
      };
    },

    test_list_tags_for_deleted_event_bus: async stage => {
      const ResourceARN = await stage.bus();
      await stage.events('DeleteEventBus', { Name: ResourceARN.slice(ResourceARN.indexOf('/') + 1) });
      return { list_tags_for_deleted_rule_error: await stage.refusal('ListTagsForResource', { ResourceARN }) };
    },
  },
});

/** @returns the ARN of a bus, or of a rule on it */
async function newResource(
  stage: EventsStage,
  kind: string | undefined,
  bus = 'event_bus_custom',
  Tags: readonly unknown[] = [],
): Promise<string> {
  const { name, arn } = await stage.busOf(bus === 'event_bus_default' ? 'default' : 'custom');
  if (kind === 'rule') {
    const input = { Name: stage.name('rule'), EventBusName: name, EventPattern: ACCOUNT_PATTERN, Tags };
    const { RuleArn } = await stage.events<{ RuleArn: string }>('PutRule', input);
    return RuleArn;
  }
  if (Tags.length > 0) await stage.events('TagResource', { ResourceARN: arn, Tags });
  return arn;
}

async function recreateRule(stage: EventsStage, arn: string): Promise<void> {
  await stage.events('DeleteRule', ruleOf(arn));
  await stage.events('PutRule', { ...ruleOf(arn), EventPattern: ACCOUNT_PATTERN });
}

async function recreateBus(stage: EventsStage, arn: string): Promise<void> {
  const Name = arn.slice(arn.indexOf('/') + 1);
  await stage.events('DeleteEventBus', { Name });
  await stage.bus(Name);
}

function ruleOf(arn: string): JsonObject {
  const [name, bus = 'default'] = arn.split('/').slice(1).reverse();
  return { Name: name, EventBusName: bus };
}
