import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { EventsStage } from './events-stage.ts';
import { recordedTests } from './recorded-test.ts';

const MINUTE_MS = 60_000;
const EVERY_MINUTE = 'rate(1 minute)';

/** Rules that run by the clock. */
export const schedulesHarness = recordedTests('events/test_events_schedule', {
  tests: {
    test_put_rule_with_schedule_rate: stage => putAndListed(stage, EVERY_MINUTE),
    tests_put_rule_with_schedule_cron: putAndListed,

    tests_put_rule_with_schedule_custom_event_bus: async stage => {
      const input = { Name: stage.name('rule'), EventBusName: await stage.bus(), ScheduleExpression: EVERY_MINUTE };
      return { 'put-rule-with-custom-event-bus-error': await stage.refusal('PutRule', input) };
    },

    tests_put_rule_with_invalid_schedule_cron: async (stage, ScheduleExpression) => ({
      'invalid-put-rule': await stage.refusal('PutRule', { Name: stage.name('rule'), ScheduleExpression }),
    }),

    tests_schedule_rate_target_sqs: async stage => {
      const { list, next, queueName } = await scheduled(stage, {});
      const written = JSON.stringify(list).replaceAll(queueName, '<queue-name'); // as the recorder was told to write it
      return { 'list-targets': JSON.parse(written), 'messages-first': await next(), 'messages-second': await next() };
    },

    tests_schedule_rate_custom_input_target_sqs: async stage => {
      const { list, next } = await scheduled(stage, { Input: '{"custom-value": "somecustominput"}' });
      return { 'list-targets': list, messages: await next() };
    },
  },
});

async function putAndListed(stage: EventsStage, ScheduleExpression: string): Promise<JsonObject> {
  const Name = stage.name('rule');
  return {
    'put-rule': await stage.answer('PutRule', { Name, ScheduleExpression }),
    'list-rules': await stage.answer('ListRules', { NamePrefix: Name }),
  };
}

interface Scheduled {
  readonly list: JsonObject;
  readonly queueName: string;
  /** What arrives within the next minute. */
  next(): Promise<JsonObject[]>;
}

/** A rule for every minute with a queue as its target. */
async function scheduled(stage: EventsStage, target: JsonObject): Promise<Scheduled> {
  const Rule = stage.name('rule');
  await stage.events('PutRule', { Name: Rule, ScheduleExpression: EVERY_MINUTE });
  const queue = await stage.queue();
  const Targets = [{ Id: stage.name('target'), Arn: queue.arn, ...target }];
  await stage.events('PutTargets', { Rule, Targets });
  return {
    list: await stage.answer('ListTargetsByRule', { Rule }),
    queueName: queue.arn.slice(queue.arn.lastIndexOf(':') + 1),
    async next() {
      await stage.pass(MINUTE_MS);
      return stage.messages(queue);
    },
  };
}
