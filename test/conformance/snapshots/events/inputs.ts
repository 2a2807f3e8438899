import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_DETAIL, ACCOUNT_PATTERN, accountEntry } from './account-event.ts';
import type { EventsStage } from './events-stage.ts';
import { delivered, queueRule } from './queue-rule.ts';
import { type RecordedTest, recordedTests } from './recorded-test.ts';

const PATHS = { 'detail-type': '$.detail-type', timestamp: '$.time', command: '$.detail.command' };
/** One of the paths leads nowhere. */
const PATHS_WITH_GAP = { ...PATHS, command: '$.detail.notinmessage' };

/** A detail in which a member holds a member of the same name. */
const REPEATED_KEY_DETAIL = {
  command: 'update-account',
  payload: { acc_id: '0a787ecb-4015', payload: { message: 'baz', id: '123' } },
};

const DETAIL_WITH_LISTS = {
  ...ACCOUNT_DETAIL,
  listsingle: ['HIGH'],
  listmulti: ['ACTIVE', 'INACTIVE'],
  valid: true,
};

const PATHS_INTO_LISTS = {
  userId: '$.detail.payload.acc_id',
  payload: '$.detail.payload',
  systemstring: '$.detail.awsAccountId',
  listsingle: '$.detail.listsingle',
  listmulti: '$.detail.listmulti',
  valid: '$.detail.valid',
};

/** Input paths and input transformers of targets. */
export const inputsHarness = recordedTests('events/test_events_inputs', {
  tests: {
    test_put_event_input_path_and_input_transformer: async stage => {
      const transformer = { InputPathsMap: PATHS, InputTemplate: '{"command": <command>}' };
      const target = { InputPath: '$.detail', InputTransformer: transformer };
      return { 'duplicated-input-operations-error': await refusedTarget(stage, target) };
    },

    test_put_events_with_input_path: withInputPath('$.detail'),
    test_put_events_with_input_path_nested: (stage, parameters) =>
      withInputPath('$.detail.payload', parameters.endsWith('1') ? REPEATED_KEY_DETAIL : ACCOUNT_DETAIL)(stage, ''),
    test_put_events_with_input_path_max_level_depth: withInputPath('$.detail.payload.sf_id'),

    test_put_events_with_input_path_multiple_targets: async stage => {
      const { busName, ruleName, queue } = await queueRule(stage, { target: { InputPath: '$.detail' } });
      const second = await stage.queue();
      const target = { Id: stage.name('target'), Arn: second.arn };
      await stage.events('PutTargets', { Rule: ruleName, EventBusName: busName, Targets: [target] });
      await stage.put(busName, [accountEntry()]);
      return {
        'message-queue-1': await stage.messages(queue),
        'message-queue-2': await stage.messages(second),
      };
    },

    test_put_events_with_input_transformer_input_template_string: (stage, parameters) =>
      withAndWithoutGap(
        stage,
        parameters || '"Event of <detail-type> type, at time <timestamp>, info extracted from detail <command>"',
      ),
    test_put_events_with_input_transformer_input_template_json: stage =>
      withAndWithoutGap(stage, '{"detailType": <detail-type>,  "time": <timestamp>, "command": <command>}'),

    test_put_events_with_input_transformer_missing_keys: async stage => {
      const InputTemplate = '"Event of <detail-type> type, with not defined key <notdefinedkey>"';
      const target = { InputTransformer: { InputPathsMap: PATHS, InputTemplate } };
      return { 'missing-key-exception-error': await refusedTarget(stage, target) };
    },

    test_input_transformer_predefined_variables: async (stage, template) => {
      const target = { InputTransformer: { InputTemplate: template } };
      return { messages: await delivered(stage, [accountEntry()], { target }) };
    },

    test_input_transformer_nested_keys_replacement: async (stage, template) => {
      const target = { InputTransformer: { InputPathsMap: PATHS_INTO_LISTS, InputTemplate: template } };
      return { 'input-transformed-messages': await delivered(stage, [accountEntry(DETAIL_WITH_LISTS)], { target }) };
    },
  },
});

function withInputPath(path: string, detail: JsonObject = ACCOUNT_DETAIL): RecordedTest {
  return async stage => ({
    message: await delivered(stage, [accountEntry(detail)], { target: { InputPath: path } }),
  });
}

async function withAndWithoutGap(stage: EventsStage, InputTemplate: string): Promise<JsonObject> {
  const transformed = (InputPathsMap: JsonObject) =>
    delivered(stage, [accountEntry()], { target: { InputTransformer: { InputPathsMap, InputTemplate } } });
  return {
    'custom-variables-match-all': await transformed(PATHS),
    'custom-variables-not-match-all': await transformed(PATHS_WITH_GAP),
  };
}

async function refusedTarget(stage: EventsStage, target: JsonObject): Promise<JsonObject> {
  const busName = stage.name('bus');
  await stage.bus(busName);
  const Rule = stage.name('rule');
  await stage.events('PutRule', { Name: Rule, EventBusName: busName, EventPattern: ACCOUNT_PATTERN });
  const { arn } = await stage.queue();
  const Targets = [{ Id: stage.name('target'), Arn: arn, ...target }];
  return stage.refusal('PutTargets', { Rule, EventBusName: busName, Targets });
}
