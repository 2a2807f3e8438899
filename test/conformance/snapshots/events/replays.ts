import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN, accountEntry } from './account-event.ts';
import { type EventsStage, nowSeconds } from './events-stage.ts';
import { queueRule } from './queue-rule.ts';
import type { RecordedTest } from './recorded-test.ts';

/** How long AWS may take to archive, or to replay. */
const PATIENCE_MS = 600_000;
const MINUTE_SECONDS = 60;
const LISTED_REPLAYS = 6;
const ACTIVE_REPLAYS = 10;

export const REPLAY_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_start_list_describe_canceled_replay: async (stage, busKind) => {
    const { name: busName, arn: busArn } = await stage.busOf(busKind);
    const { queue, ruleName } = await queueRule(stage, { busName });
    const { Arn: ruleArn } = await stage.events('DescribeRule', { Name: ruleName, EventBusName: busName });
    const { archiveArn } = await newArchive(stage, busArn, { EventPattern: ACCOUNT_PATTERN });
    const members = (ReplayName: string): JsonObject => ({
      ...replay(stage, ReplayName, { archiveArn, busArn, fromSeconds }),
      Description: 'description of the replay',
      Destination: { Arn: busArn, FilterArns: [ruleArn] },
    });
    const fromSeconds = nowSeconds(stage);
    await stage.put(busName, [accountEntry(), accountEntry(), accountEntry()]);
    await stage.pass(PATIENCE_MS);
    await stage.messages(queue);
    const [ReplayName, cancelled] = [stage.name('replay'), stage.name('replay-canceled')];
    const start = await stage.answer('StartReplay', members(ReplayName));
    await stage.pass(PATIENCE_MS);
    const completed = {
      'start-replay': start,
      'replay-messages': await stage.messages(queue),
      'list-replays': await stage.answer('ListReplays', { NamePrefix: ReplayName }),
      'describe-replay': await stage.answer('DescribeReplay', { ReplayName }),
    };
    await stage.events('StartReplay', members(cancelled));
    return {
      ...completed,
      'cancel-replay': await stage.answer('CancelReplay', { ReplayName: cancelled }),
      'describe-replay-canceled': await stage.answer('DescribeReplay', { ReplayName: cancelled }),
    };
  },

  test_list_replays_with_prefix: async stage => {
    const source = await busWithArchive(stage);
    const prefix = stage.name('prefix');
    await stage.events('StartReplay', replay(stage, `${prefix}-test-replay`, source));
    await stage.pass(PATIENCE_MS);
    await stage.events('StartReplay', replay(stage, 'another-this-replay-should-not-be-listed', source));
    return {
      'list-replays-with-full-name': await stage.answer('ListReplays', { NamePrefix: `${prefix}-test-replay` }),
      'list-replays-with-prefix': await stage.answer('ListReplays', { NamePrefix: prefix }),
    };
  },

  test_list_replays_with_event_source_arn: async stage => {
    const source = await busWithArchive(stage);
    await stage.events('StartReplay', replay(stage, stage.name('replay'), source));
    await stage.pass(PATIENCE_MS);
    const EventSourceArn = source.archiveArn;
    return { 'list-replays-with-event-source-arn': await stage.answer('ListReplays', { EventSourceArn }) };
  },

  test_list_replay_with_limit: async stage => {
    const source = await busWithArchive(stage);
    const NamePrefix = stage.name('prefix');
    for (let index = 0; index < LISTED_REPLAYS; index++) {
      await stage.events('StartReplay', replay(stage, `${NamePrefix}-test-replay-${index}`, source));
      await stage.pass(PATIENCE_MS);
    }
    const Limit = LISTED_REPLAYS / 2;
    const first = await stage.answer('ListReplays', { Limit, NamePrefix });
    const next = { Limit: Limit + 2, NextToken: first.NextToken, NamePrefix };
    return {
      'list-replays-with-limit': first,
      'list-replays-with-limit-next-token': await stage.answer('ListReplays', next),
    };
  },

  test_start_replay_error_unknown_event_bus: async stage => {
    const { archiveArn } = await newArchive(stage, defaultBus(stage));
    const busName = stage.name('doesnotexist');
    const busArn = stage.cloud.arn('events', `event-bus/${busName}`);
    const members = replay(stage, stage.name('replay'), { archiveArn, busArn });
    const unknown = await stage.refusal('StartReplay', members);
    await stage.bus(busName);
    return {
      'start-replay-unknown-event-bus-error': unknown,
      'start-replay-wrong-event-bus-error': await stage.refusal('StartReplay', members),
    };
  },

  test_start_replay_error_unknown_archive: async stage => {
    const archiveArn = stage.cloud.arn('events', `archive/${stage.name('doesnotexist')}`);
    const members = replay(stage, 'test-replay', { archiveArn, busArn: defaultBus(stage) });
    return { 'start-replay-unknown-archive-error': await stage.refusal('StartReplay', members) };
  },

  test_start_replay_error_duplicate_name_same_archive: async stage => {
    const members = replay(stage, stage.name('replay'), await busWithArchive(stage));
    await stage.events('StartReplay', members);
    return { 'start-replay-duplicate-error': await stage.refusal('StartReplay', members) };
  },

  test_start_replay_error_duplicate_different_archive: async stage => {
    const [one, two] = [await busWithArchive(stage), await busWithArchive(stage)];
    const name = stage.name('replay');
    await stage.events('StartReplay', replay(stage, name, one));
    return { 'start-replay-duplicate-error': await stage.refusal('StartReplay', replay(stage, name, two)) };
  },

  test_start_replay_error_invalid_end_time: async (stage, secondsBack) => {
    const { archiveArn } = await newArchive(stage, defaultBus(stage));
    const members = replay(stage, stage.name('replay'), { archiveArn, busArn: await stage.bus() });
    const EventEndTime = Number(members.EventStartTime) - Number(secondsBack);
    return { 'start-replay-invalid-end-time-error': await stage.refusal('StartReplay', { ...members, EventEndTime }) };
  },

  tests_concurrency_error_too_many_active_replays: async stage => {
    const source = await busWithArchive(stage);
    for (let index = 0; index < ACTIVE_REPLAYS; index++)
      await stage.events('StartReplay', replay(stage, stage.name('replay'), source));
    return { 'list-replays-with-limit': await stage.refusal('StartReplay', replay(stage, 'one-too-many', source)) };
  },

  test_describe_replay_error_unknown_replay: async stage => ({
    'describe-replay-unknown-replay-error': await stage.refusal('DescribeReplay', { ReplayName: 'doesnotexist-1' }),
  }),
};

interface ReplaySource {
  readonly archiveArn: string;
  readonly busArn: string;
  /** @default a minute ago */
  readonly fromSeconds?: number;
}

/** What starts a replay of a minute. */
function replay(stage: EventsStage, ReplayName: string, source: ReplaySource): JsonObject {
  const EventStartTime = source.fromSeconds ?? nowSeconds(stage) - MINUTE_SECONDS;
  return {
    ReplayName,
    EventSourceArn: source.archiveArn,
    EventStartTime,
    EventEndTime: EventStartTime + MINUTE_SECONDS,
    Destination: { Arn: source.busArn },
  };
}

async function busWithArchive(stage: EventsStage): Promise<ReplaySource> {
  const busArn = await stage.bus();
  return { busArn, ...(await newArchive(stage, busArn)) };
}

async function newArchive(
  stage: EventsStage,
  EventSourceArn: string,
  members: JsonObject = {},
): Promise<{ readonly archiveArn: string }> {
  const ArchiveName = stage.name('archive');
  const input = { ArchiveName, EventSourceArn, RetentionDays: 1, ...members };
  const { ArchiveArn } = await stage.events<{ ArchiveArn: string }>('CreateArchive', input);
  return { archiveArn: ArchiveArn };
}

function defaultBus({ cloud }: EventsStage): string {
  return cloud.arn('events', 'event-bus/default');
}
