import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { EventsStage } from './events-stage.ts';
import type { RecordedTest } from './recorded-test.ts';

const LISTED_BUSES = 6;
const OTHER_ACCOUNT = '123456789012';

/** Event buses and who may put events on them. */
export const BUS_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_create_multiple_event_buses_same_name: async stage => {
    const Name = stage.name('bus');
    await stage.bus(Name);
    return { 'create-multiple-event-buses-same-name': await stage.refusal('CreateEventBus', { Name }) };
  },

  test_create_list_describe_delete_custom_event_buses: async stage => {
    const { region } = stage.cloud;
    const Name = stage.name('bus');
    const list = () => stage.answer('ListEventBuses', { NamePrefix: Name });
    return {
      [`create-custom-event-bus-${region}`]: await stage.answer('CreateEventBus', { Name }),
      [`list-event-buses-after-create-${region}`]: await list(),
      [`describe-custom-event-bus-${region}`]: await described(stage, Name),
      [`delete-custom-event-bus-${region}`]: await stage.answer('DeleteEventBus', { Name }),
      [`list-event-buses-after-delete-${region}`]: await list(),
    };
  },

  test_describe_delete_not_existing_event_bus: async stage => {
    const Name = stage.name('missing');
    const refusal = await stage.refusal('DescribeEventBus', { Name });
    await stage.events('DeleteEventBus', { Name });
    return { 'describe-not-existing-event-bus-error': refusal, 'delete-not-existing-event-bus': refusal };
  },

  test_delete_default_event_bus: async stage => ({
    'delete-default-event-bus-error': await stage.refusal('DeleteEventBus', { Name: 'default' }),
  }),

  test_list_event_buses_with_prefix: async stage => {
    const name = `unique-prefix-${stage.name('bus')}`;
    await stage.bus(name);
    await stage.bus('no-prefix-match');
    return {
      'list-event-buses-prefix-complete-name': await stage.answer('ListEventBuses', { NamePrefix: name }),
      'list-event-buses-prefix': await stage.answer('ListEventBuses', { NamePrefix: 'unique' }),
    };
  },

  test_list_event_buses_with_limit: async stage => {
    const NamePrefix = stage.name('bus');
    for (let index = 0; index < LISTED_BUSES; index++) await stage.bus(`${NamePrefix}-${index}`);
    const Limit = LISTED_BUSES / 2;
    const first = await stage.answer('ListEventBuses', { Limit, NamePrefix });
    const next = { Limit: Limit + 2, NextToken: first.NextToken, NamePrefix };
    return {
      'list-event-buses-limit': first,
      'list-event-buses-limit-next-token': await stage.answer('ListEventBuses', next),
    };
  },

  test_put_permission: async (stage, busKind) => {
    const { name } = await stage.busOf(busKind);
    const put = await permit(stage, name, { StatementId: 'statement-1', Principal: stage.cloud.accountId });
    await permit(stage, name, { StatementId: 'statement-2', Principal: stage.cloud.accountId });
    await permit(stage, name, { StatementId: 'statement-3', Principal: OTHER_ACCOUNT });
    const three = await described(stage, name);
    await permit(stage, name, { StatementId: 'statement-4', Principal: '*' });
    await permit(stage, name, { StatementId: 'statement-4', Principal: '*' });
    const four = await described(stage, name);
    const statement = {
      Sid: 'statement-5',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'events:ListRules',
      Resource: '*',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return {
      'put-permission': put,
      'describe-event-bus-put-permission-multiple-principals': three,
      'describe-event-bus-put-permission': four,
      'put-permission-policy': await stage.answer('PutPermission', { EventBusName: name, Policy }),
      'describe-event-bus-put-permission-policy': await described(stage, name),
    };
  },

  test_put_permission_non_existing_event_bus: async stage => ({
    'remove-permission-non-existing-sid-error': await stage.refusal('PutPermission', {
      EventBusName: stage.name('missing'),
      Action: 'events:PutEvents',
      Principal: '*',
      StatementId: 'statement-id',
    }),
  }),

  test_remove_permission: async (stage, busKind) => {
    const { name: EventBusName } = await stage.busOf(busKind);
    await permit(stage, EventBusName, { StatementId: 'statement-1', Principal: stage.cloud.accountId });
    await permit(stage, EventBusName, { StatementId: 'statement-2', Principal: OTHER_ACCOUNT });
    const one = { EventBusName, StatementId: 'statement-1', RemoveAllPermissions: false };
    return {
      'remove-permission': await stage.answer('RemovePermission', one),
      'describe-event-bus-remove-permission': await described(stage, EventBusName),
      'remove-permission-all': await stage.answer('RemovePermission', { EventBusName, RemoveAllPermissions: true }),
      'describe-event-bus-remove-permission-all': await described(stage, EventBusName),
    };
  },

  test_remove_permission_non_existing_sid: async (stage, parameters) => {
    const { name: EventBusName } = await stage.busOf(parameters.includes('default') ? 'default' : 'custom');
    if (parameters.includes('True'))
      await permit(stage, EventBusName, { StatementId: 'statement-1', Principal: stage.cloud.accountId });
    const input = { EventBusName, StatementId: 'non-existing-sid' };
    return { 'remove-permission-non-existing-sid-error': await stage.refusal('RemovePermission', input) };
  },
};

function permit(stage: EventsStage, EventBusName: string, members: JsonObject): Promise<JsonObject> {
  return stage.answer('PutPermission', { EventBusName, Action: 'events:PutEvents', ...members });
}

function described(stage: EventsStage, Name: string): Promise<JsonObject> {
  return stage.answer('DescribeEventBus', { Name });
}
