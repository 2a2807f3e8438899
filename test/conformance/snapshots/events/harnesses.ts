import type { SnapshotHarness } from '../snapshot-case.ts';
import { ARCHIVE_TESTS } from './archives.ts';
import { bucketToCustomBus } from './bucket-events.ts';
import { BUS_TESTS } from './buses.ts';
import { connectionsHarness, refusedConnection } from './connections.ts';
import { inputsHarness } from './inputs.ts';
import { patternsHarness } from './patterns.ts';
import { PUT_EVENTS_TESTS } from './put-events.ts';
import { recordedTests } from './recorded-test.ts';
import { REPLAY_TESTS } from './replays.ts';
import { RULE_TESTS } from './rules.ts';
import { schedulesHarness } from './schedules.ts';
import { tagsHarness } from './tags.ts';
import { busToBus, targetsHarness } from './targets.ts';

/** What judges the EventBridge engine by AWS's recorded answers. */
export const eventHarnesses: readonly SnapshotHarness[] = [
  inputsHarness,
  targetsHarness,
  patternsHarness,
  recordedTests('events/test_archive_and_replay', { tests: { ...ARCHIVE_TESTS, ...REPLAY_TESTS } }),
  recordedTests('events/test_events', {
    tests: {
      ...PUT_EVENTS_TESTS,
      ...BUS_TESTS,
      ...RULE_TESTS,
      test_put_events_to_default_eventbus_for_custom_eventbus: bucketToCustomBus,
      test_put_events_bus_to_bus: stage => busToBus(stage, 'custom', 'custom'),
      test_create_connection_validations: refusedConnection,
    },
    outOfScope: {
      test_put_event_with_too_big_detail:
        'AWS has raised the limit of an entry from 256 KB to 1 MB since the recording',
    },
  }),
  recordedTests('events/test_events_cross_account_region', {
    tests: {},
    outOfScope: { test_event_bus_to_event_bus_cross_account_region: 'the embedded cloud is one account in one region' },
  }),
  connectionsHarness,
  schedulesHarness,
  tagsHarness,
];
