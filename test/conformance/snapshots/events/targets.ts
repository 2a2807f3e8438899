import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN, accountEntry } from './account-event.ts';
import { echoFunction, eventsOf, mayInvoke } from './echo-function.ts';
import { allow, type EventsStage } from './events-stage.ts';
import { delivered, queueRule } from './queue-rule.ts';
import { type RecordedTest, recordedTests, type StepAnswers } from './recorded-test.ts';

/** The pairs of buses, in the order of the public test's parameters. */
const BUS_PAIRS = [
  ['default', 'custom'],
  ['custom', 'custom'],
  ['custom', 'default'],
] as const;

const MATCHED_AUTOMATION = {
  id: '123',
  actions: [
    {
      id: '321',
      type: 'SEND_NOTIFICATION',
      settings: { message: '', recipientEmails: [], subject: '', type: 'SEND_NOTIFICATION' },
    },
  ],
};

/** The services that rules have as targets. */
export const targetsHarness = recordedTests('events/test_events_targets', {
  tests: {
    test_put_events_with_target_sqs: async stage => ({ message: await delivered(stage, [accountEntry()]) }),

    test_put_events_with_target_sqs_event_detail_match: async stage => {
      const entries = ['1', '2'].map(EventType => accountEntry({ EventType }));
      const pattern = JSON.stringify({ detail: { EventType: ['0', '1'] } });
      return { messages: await delivered(stage, entries, { pattern, target: { InputPath: '$.detail' } }) };
    },

    test_put_events_with_target_events: async (stage, parameters) => {
      const [from, to] = BUS_PAIRS[Number(parameters.slice(-1))] ?? BUS_PAIRS[0];
      return busToBus(stage, from, to);
    },

    test_put_events_with_target_kinesis: kinesisTarget,
    test_put_events_with_target_sns: topicTarget,
    test_put_events_with_target_cloudwatch_logs: logGroupTarget,

    test_put_events_with_target_lambda: stage => functionTarget(stage, ACCOUNT_PATTERN, accountEntry()),
    test_put_events_with_target_lambda_list_entry: lambdaMatchingList([MATCHED_AUTOMATION]),
    test_put_events_with_target_lambda_list_entries_partial_match: lambdaMatchingList([
      { foo: 'bar' },
      MATCHED_AUTOMATION,
      { bar: 'foo' },
    ]),
  },
  outOfScope: {
    test_put_events_with_target_firehose: 'the embedded cloud has no Firehose as a target of rules',
    test_put_events_with_target_api_gateway: 'the embedded cloud has no REST APIs of API Gateway',
  },
});

/** An event that goes over one bus to a queue of another. */
export async function busToBus(stage: EventsStage, from: string, to: string): Promise<StepAnswers> {
  const [source, target] = [await stage.busOf(from), await stage.busOf(to)];
  await stage.events('PutPermission', {
    EventBusName: target.name,
    StatementId: 'AnyoneMayPut',
    Action: 'events:PutEvents',
    Principal: '*',
  });
  const RoleArn = await stage.role('events:PutEvents', target.arn);
  await ruleWithTarget(stage, source.name, { Arn: target.arn, RoleArn });
  const { queue } = await queueRule(stage, { busName: target.name });
  await stage.put(source.name, [accountEntry()]);
  return { messages: await stage.messages(queue) };
}

async function kinesisTarget(stage: EventsStage, parameters: string): Promise<StepAnswers> {
  const StreamName = stage.name('stream');
  await stage.call('kinesis', 'CreateStream', { StreamName, ShardCount: 1 });
  await stage.pass();
  const arn = stage.cloud.arn('kinesis', `stream/${StreamName}`);
  const transformer = { InputPathsMap: { payload: '$.detail.payload' }, InputTemplate: '{"payload": <payload>}' };
  const busName = await newBus(stage);
  await ruleWithTarget(stage, busName, {
    Arn: arn,
    RoleArn: await stage.role('kinesis:PutRecord', arn),
    KinesisParameters: { PartitionKeyPath: '$.detail-type' },
    ...(parameters === 'True' ? { InputTransformer: transformer } : {}),
  });
  await stage.put(busName, [accountEntry()]);
  const [record] = await firstRecords(stage, StreamName);
  return { response: Buffer.from(record?.Data ?? '', 'base64').toString() };
}

async function firstRecords(stage: EventsStage, StreamName: string): Promise<readonly { readonly Data: string }[]> {
  const { ShardIterator } = await stage.call<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
    StreamName,
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { Records } = await stage.call<{ Records: { Data: string }[] }>('kinesis', 'GetRecords', { ShardIterator });
  return Records;
}

async function topicTarget(stage: EventsStage): Promise<StepAnswers> {
  const queue = await stage.queue();
  const { TopicArn } = await stage.call<{ TopicArn: string }>('sns', 'CreateTopic', { Name: stage.name('topic') });
  await stage.call('sns', 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue.arn });
  await stage.call('sns', 'SetTopicAttributes', {
    TopicArn,
    AttributeName: 'Policy',
    AttributeValue: allow({ Service: 'events.amazonaws.com' }, 'sns:Publish', TopicArn),
  });
  const busName = await newBus(stage);
  await ruleWithTarget(stage, busName, { Arn: TopicArn });
  const { Entries } = await stage.put(busName, [accountEntry()]);
  const [{ EventId = '' } = {}] = Entries as { EventId?: string }[]; // PutEvents answers with a list
  const written = (text: string) => text.replaceAll(EventId, 'message-id').replaceAll(TopicArn, 'topic-arn');
  const messages = await stage.messages(queue);
  return { messages: messages.map(message => ({ ...message, Body: written(String(message.Body)) })) };
}

async function logGroupTarget(stage: EventsStage): Promise<StepAnswers> {
  const logGroupName = `/aws/events/${stage.name('group')}`;
  await stage.call('logs', 'CreateLogGroup', { logGroupName });
  const arn = stage.cloud.arn('logs', `log-group:${logGroupName}`);
  const policyDocument = allow({ Service: 'events.amazonaws.com' }, 'logs:PutLogEvents', `${arn}:*`);
  await stage.call('logs', 'PutResourcePolicy', { policyName: 'may', policyDocument });
  const busName = stage.name('bus');
  const bus = await stage.answer('CreateEventBus', { Name: busName });
  const Rule = stage.name('rule');
  const EventPattern = ACCOUNT_PATTERN;
  const rule = await stage.answer('PutRule', { Name: Rule, EventBusName: busName, EventPattern });
  const Targets = [{ Id: stage.name('target'), Arn: arn }];
  const targets = await stage.answer('PutTargets', { Rule, EventBusName: busName, Targets });
  const put = await stage.answer('PutEvents', { Entries: [{ EventBusName: busName, ...accountEntry() }] });
  await stage.pass();
  return {
    event_bus_response: bus,
    rule_response: rule,
    put_targets_response: targets,
    put_events_response: put,
    log_events: await firstStream(stage, logGroupName),
  };
}

async function firstStream(stage: EventsStage, logGroupName: string): Promise<unknown> {
  const { logStreams } = await stage.call<{ logStreams: { logStreamName: string }[] }>('logs', 'DescribeLogStreams', {
    logGroupName,
  });
  const logStreamName = logStreams[0]?.logStreamName ?? '';
  return (await stage.call<JsonObject>('logs', 'GetLogEvents', { logGroupName, logStreamName })).events;
}

function lambdaMatchingList(automations: readonly JsonObject[]): RecordedTest {
  const pattern = JSON.stringify({ detail: { payload: { automations: { id: [{ exists: true }] } } } });
  const payload = {
    userId: 10,
    businessId: 3,
    channelId: 6,
    card: { foo: 'bar' },
    targetEntity: true,
    entityAuditTrailEvent: { foo: 'bar' },
    automations,
  };
  return stage => functionTarget(stage, pattern, accountEntry({ payload }));
}

async function functionTarget(stage: EventsStage, pattern: string, entry: JsonObject): Promise<StepAnswers> {
  const echo = await echoFunction(stage);
  const busName = await newBus(stage);
  await mayInvoke(stage, echo, await ruleWithTarget(stage, busName, { Arn: echo.arn }, pattern));
  await stage.put(busName, [entry]);
  return { events: await eventsOf(stage, echo.name) };
}

async function newBus(stage: EventsStage): Promise<string> {
  const name = stage.name('bus');
  await stage.bus(name);
  return name;
}

/** @returns the ARN of the rule */
async function ruleWithTarget(
  stage: EventsStage,
  busName: string,
  target: JsonObject,
  pattern: string = ACCOUNT_PATTERN,
): Promise<string> {
  const Rule = stage.name('rule');
  const { RuleArn } = await stage.events<{ RuleArn: string }>('PutRule', {
    Name: Rule,
    EventBusName: busName,
    EventPattern: pattern,
  });
  const Targets = [{ Id: stage.name('target'), ...target }];
  await stage.events('PutTargets', { Rule, EventBusName: busName, Targets });
  return RuleArn;
}
