import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN, ACCOUNT_PATTERN_WITHOUT_DETAIL, accountEntry } from './account-event.ts';
import type { EventsStage } from './events-stage.ts';
import { queueRule } from './queue-rule.ts';
import type { RecordedTest } from './recorded-test.ts';

/** How long AWS may take to show in an archive what it keeps. */
const ARCHIVING_MS = 600_000;
const EVENT_COUNT = 10;

export const ARCHIVE_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_create_list_describe_update_delete_archive: async (stage, busKind) => {
    const { arn } = await stage.busOf(busKind);
    const ArchiveName = stage.name('archive');
    return {
      'create-archive': await stage.answer('CreateArchive', archive(ArchiveName, arn)),
      'list-archives': await stage.answer('ListArchives', { NamePrefix: ArchiveName }),
      'describe-archive': await stage.answer('DescribeArchive', { ArchiveName }),
      'update-archive': await stage.answer('UpdateArchive', {
        ArchiveName,
        Description: 'updated description of the archive',
        EventPattern: ACCOUNT_PATTERN_WITHOUT_DETAIL,
        RetentionDays: 2,
      }),
      'delete-archive': await stage.answer('DeleteArchive', { ArchiveName }),
    };
  },

  test_list_archive_with_name_prefix: async (stage, busKind) => {
    const ArchiveName = await newArchive(stage, busKind);
    const prefix = ArchiveName.slice(0, 'test-archive'.length);
    return {
      'list-archives-with-name-prefix': await stage.answer('ListArchives', { NamePrefix: prefix }),
      'list-archives-with-full-name': await stage.answer('ListArchives', { NamePrefix: ArchiveName }),
      'list-archives-not-existing-archive': await stage.answer('ListArchives', { NamePrefix: 'doesnotexist' }),
    };
  },

  test_list_archive_with_source_arn: async (stage, busKind) => {
    const { arn } = await stage.busOf(busKind);
    await stage.events('CreateArchive', archive(stage.name('archive'), arn));
    return { 'list-archives-with-source-arn': await stage.answer('ListArchives', { EventSourceArn: arn }) };
  },

  test_list_archive_state_enabled: async (stage, busKind) => {
    await newArchive(stage, busKind);
    return { 'list-archives-state-enabled': await stage.answer('ListArchives', { State: 'ENABLED' }) };
  },

  test_list_archive_with_events: async (stage, parameters) => {
    const [withPattern = '', busKind = ''] = parameters.split('-');
    const { name, arn } = await stage.busOf(busKind);
    const ArchiveName = stage.name('archive');
    const { EventPattern, ...members } = archive(ArchiveName, arn);
    await stage.events('CreateArchive', withPattern === 'True' ? { ...members, EventPattern } : members);
    await queueRule(stage, { busName: name });
    await stage.put(
      name,
      Array.from({ length: EVENT_COUNT }, () => accountEntry()),
    );
    await stage.pass(ARCHIVING_MS);
    return {
      'list-archives': await stage.answer('ListArchives', { NamePrefix: ArchiveName }),
      'describe-archive': await stage.answer('DescribeArchive', { ArchiveName }),
    };
  },

  test_create_archive_error_duplicate: async (stage, busKind) => {
    const { arn } = await stage.busOf(busKind);
    const members = archive(stage.name('archive'), arn);
    await stage.events('CreateArchive', members);
    return { 'create-archive-duplicate-error': await stage.refusal('CreateArchive', members) };
  },

  test_create_archive_error_unknown_event_bus: async stage => {
    const arn = 'arn:aws:events:us-east-1:123456789012:event-bus/doesnotexist-1';
    return {
      'create-archive-unknown-event-bus-error': await stage.refusal('CreateArchive', archive('test-archive', arn)),
    };
  },

  test_describe_archive_error_unknown_archive: async stage => ({
    'describe-archive-unknown-archive-error': await stage.refusal('DescribeArchive', { ArchiveName: 'doesnotexist-1' }),
  }),

  test_list_archive_error_unknown_source_arn: async stage => ({
    'list-archives-unknown-event-bus-error': await stage.refusal('ListArchives', {
      EventSourceArn: stage.cloud.arn('events', 'event-bus/doesnotexist-1'),
    }),
  }),

  test_update_archive_error_unknown_archive: async stage => ({
    'update-archive-unknown-archive-error': await stage.refusal('UpdateArchive', { ArchiveName: 'doesnotexist-1' }),
  }),

  test_delete_archive_error_unknown_archive: async stage => ({
    'delete-archive-unknown-archive-error': await stage.refusal('DeleteArchive', { ArchiveName: 'doesnotexist-1' }),
  }),
};

function archive(name: string, busArn: string): JsonObject {
  return {
    ArchiveName: name,
    EventSourceArn: busArn,
    Description: 'description of the archive',
    EventPattern: ACCOUNT_PATTERN,
    RetentionDays: 1,
  };
}

/** @returns the name */
async function newArchive(stage: EventsStage, busKind: string): Promise<string> {
  const { arn } = await stage.busOf(busKind);
  const name = stage.name('archive');
  await stage.events('CreateArchive', archive(name, arn));
  return name;
}
