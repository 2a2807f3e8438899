import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN, ACCOUNT_PATTERN_WITHOUT_DETAIL, accountEntry } from './account-event.ts';
import { type EchoFunction, echoFunction, eventsOf, mayInvoke } from './echo-function.ts';
import type { EventsStage } from './events-stage.ts';
import { queueRule } from './queue-rule.ts';
import type { RecordedTest } from './recorded-test.ts';

const LISTED_RULES = 6;
const LISTED_TARGETS = 5;
const TOO_MANY_TARGETS = 7;
const SOURCES = ['source-one', 'source-two', 'source-three'];

/** Rules and the targets that they have. */
export const RULE_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_put_list_with_prefix_describe_delete_rule: async (stage, busKind) => {
    const { name: EventBusName } = await stage.busOf(busKind);
    const Name = stage.name('rule');
    const list = () => stage.answer('ListRules', { NamePrefix: Name, EventBusName });
    return {
      'put-rule': await stage.answer('PutRule', { Name, EventBusName, EventPattern: ACCOUNT_PATTERN }),
      'list-rules': await list(),
      'describe-rule': await stage.answer('DescribeRule', { Name, EventBusName }),
      'delete-rule': await stage.answer('DeleteRule', { Name, EventBusName }),
      'list-rules-after-delete': await list(),
    };
  },

  test_put_multiple_rules_with_same_name: async stage => {
    const { name: EventBusName } = await stage.busOf('custom');
    const input = { Name: stage.name('rule'), EventBusName, EventPattern: ACCOUNT_PATTERN };
    return {
      'put-rule': await stage.answer('PutRule', input),
      're-put-rule': await stage.answer('PutRule', input),
      'list-rules': await stage.answer('ListRules', { EventBusName }),
    };
  },

  test_list_rule_with_limit: async stage => {
    const { name: EventBusName } = await stage.busOf('custom');
    const prefix = stage.name('rule');
    for (let index = 0; index < LISTED_RULES; index++)
      await stage.events('PutRule', { Name: `${prefix}-${index}`, EventBusName, EventPattern: ACCOUNT_PATTERN });
    const Limit = LISTED_RULES / 2;
    const first = await stage.answer('ListRules', { Limit, EventBusName });
    const next = { Limit: Limit + 2, NextToken: first.NextToken, EventBusName };
    return { 'list-rules-limit': first, 'list-rules-limit-next-token': await stage.answer('ListRules', next) };
  },

  test_describe_nonexistent_rule: async stage => ({
    'describe-not-existing-rule-error': await stage.refusal('DescribeRule', { Name: stage.name('missing') }),
  }),

  test_disable_re_enable_rule: async (stage, busKind) => {
    const { name: EventBusName } = await stage.busOf(busKind);
    const Name = stage.name('rule');
    await stage.events('PutRule', { Name, EventBusName, EventPattern: ACCOUNT_PATTERN });
    return {
      'disable-rule': await stage.answer('DisableRule', { Name, EventBusName }),
      'describe-rule-disabled': await stage.answer('DescribeRule', { Name, EventBusName }),
      'enable-rule': await stage.answer('EnableRule', { Name, EventBusName }),
      'describe-rule-enabled': await stage.answer('DescribeRule', { Name, EventBusName }),
    };
  },

  test_delete_rule_with_targets: async stage => {
    const { ruleName: Name } = await queueRule(stage, { busName: 'default' });
    return { 'delete-rule-with-targets-error': await stage.refusal('DeleteRule', { Name }) };
  },

  test_update_rule_with_targets: async stage => {
    const { ruleName: Rule } = await queueRule(stage, { busName: 'default' });
    return {
      'list-targets': await stage.answer('ListTargetsByRule', { Rule }),
      'update-rule': await stage.answer('PutRule', { Name: Rule, EventPattern: ACCOUNT_PATTERN }),
      'list-targets-after-update': await stage.answer('ListTargetsByRule', { Rule }),
    };
  },

  test_list_rule_names_by_target_no_matches: async (stage, busKind) => {
    const { name: EventBusName } = await stage.busOf(busKind);
    await queueRule(stage, { busName: EventBusName });
    const { arn: TargetArn } = await stage.queue();
    const names = await stage.answer('ListRuleNamesByTarget', { TargetArn, EventBusName });
    return { list_rule_names_by_target_no_matches: names };
  },

  test_process_to_multiple_matching_rules_single_target: async stage => {
    const { name: busName } = await stage.busOf('custom');
    const echo = await echoFunction(stage);
    for (let rule = 0; rule < 2; rule++)
      await invokeFor(stage, { busName, pattern: ACCOUNT_PATTERN_WITHOUT_DETAIL, echo });
    await stage.put(busName, [accountEntry()]);
    return { events: await eventsOf(stage, echo.name) };
  },

  test_process_to_single_matching_rules_single_target: async stage => {
    const { name: busName } = await stage.busOf('custom');
    const echo = await echoFunction(stage);
    for (const source of SOURCES)
      await invokeFor(stage, { busName, pattern: JSON.stringify({ source: [source] }), echo });
    const answers: Record<string, unknown> = {};
    for (const Source of SOURCES) {
      await stage.put(busName, [{ ...accountEntry(), Source }]);
      answers[`events-${Source}`] = await eventsOf(stage, echo.name);
    }
    return answers;
  },

  test_process_pattern_to_single_matching_rules_single_target: async stage => {
    const { name: busName } = await stage.busOf('custom');
    const echo = await echoFunction(stage);
    const anyId = { id: [{ exists: true }] };
    for (const detail of [{ 'detail-payload-with-id': { payload: anyId } }, { 'detail-with-id': anyId }])
      await invokeFor(stage, { busName, pattern: JSON.stringify({ detail }), echo, target: { InputPath: '$.detail' } });
    await stage.put(busName, [accountEntry({ 'detail-payload-with-id': { payload: { id: '123' } } })]);
    const first = await eventsOf(stage, echo.name);
    await stage.put(busName, [accountEntry({ 'detail-with-id': { id: '123' } })]);
    return { 'events-1': first, 'events-2': await eventsOf(stage, echo.name) };
  },

  test_put_list_remove_target: async (stage, busKind) => {
    const { name: EventBusName } = await stage.busOf(busKind);
    const Rule = stage.name('rule');
    await stage.events('PutRule', { Name: Rule, EventBusName, EventPattern: ACCOUNT_PATTERN });
    const Id = stage.name('target');
    const Targets = [{ Id, Arn: (await stage.queue()).arn }];
    return {
      'put-target': await stage.answer('PutTargets', { Rule, EventBusName, Targets }),
      'list-targets': await stage.answer('ListTargetsByRule', { Rule, EventBusName }),
      'remove-target': await stage.answer('RemoveTargets', { Rule, EventBusName, Ids: [Id] }),
      'list-targets-after-delete': await stage.answer('ListTargetsByRule', { Rule, EventBusName }),
    };
  },

  test_add_exceed_fife_targets_per_rule: async stage => {
    const { Rule, Targets } = await ruleAndTargets(stage, TOO_MANY_TARGETS);
    return { 'put-targets-client-error': await stage.refusal('PutTargets', { Rule, Targets }) };
  },

  test_list_target_by_rule_limit: async stage => {
    const { Rule, Targets } = await ruleAndTargets(stage, LISTED_TARGETS);
    await stage.events('PutTargets', { Rule, Targets });
    const first = await stage.answer('ListTargetsByRule', { Rule, Limit: 3 });
    const next = await stage.answer('ListTargetsByRule', { Rule, Limit: 3, NextToken: first.NextToken });
    return { 'list-targets-limit': first, 'list-targets-limit-next-token': next };
  },

  test_put_target_id_validation: async stage => {
    const { Rule, Targets } = await ruleAndTargets(stage, 1);
    const withId = (Id: string) => stage.refusal('PutTargets', { Rule, Targets: [{ ...Targets[0], Id }] });
    const long = `${stage.name('long')}-${'x'.repeat(64)}`;
    const written = JSON.stringify(await withId(long)).replaceAll(long, 'second-invalid-target-id'); // as the recorder was told
    return {
      'put-targets-invalid-id-error': await withId('!@#$@!#$'),
      'put-targets-length-error': JSON.parse(written),
    };
  },

  test_put_multiple_targets_with_same_id_across_different_rules: async stage => {
    const { arn } = await stage.queue();
    const list = async (InputPath: string) => {
      const Rule = stage.name('rule');
      await stage.events('PutRule', { Name: Rule, EventPattern: ACCOUNT_PATTERN });
      await stage.events('PutTargets', { Rule, Targets: [{ Id: 'target-id', Arn: arn, InputPath }] });
      const written = JSON.stringify(await stage.answer('ListTargetsByRule', { Rule })).replaceAll(arn, 'target-arn');
      return JSON.parse(written);
    };
    return { 'list-targets-rule-one': await list('$.detail'), 'list-targets-rule-two': await list('$.notexisting') };
  },
};

interface InvokingRule {
  readonly busName: string;
  readonly pattern: string;
  readonly echo: EchoFunction;
  /** What the target has besides its id and ARN. */
  readonly target?: JsonObject;
}

/** A rule whose matches invoke a function. */
async function invokeFor(stage: EventsStage, { busName, pattern, echo, target }: InvokingRule): Promise<void> {
  const Rule = stage.name('rule');
  const input = { Name: Rule, EventBusName: busName, EventPattern: pattern };
  const { RuleArn } = await stage.events<{ RuleArn: string }>('PutRule', input);
  await mayInvoke(stage, echo, RuleArn);
  await stage.events('PutTargets', {
    Rule,
    EventBusName: busName,
    Targets: [{ Id: 'echo', Arn: echo.arn, ...target }],
  });
}

async function ruleAndTargets(
  stage: EventsStage,
  count: number,
): Promise<{ readonly Rule: string; readonly Targets: readonly JsonObject[] }> {
  const Rule = stage.name('rule');
  await stage.events('PutRule', { Name: Rule, EventPattern: ACCOUNT_PATTERN });
  const { arn } = await stage.queue();
  const prefix = stage.name('target');
  return { Rule, Targets: Array.from({ length: count }, (_, index) => ({ Id: `${prefix}${index}`, Arn: arn })) };
}
