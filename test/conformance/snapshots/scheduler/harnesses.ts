import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { SCHEDULER_TESTS } from './schedules.ts';

export const schedulerHarnesses: readonly SnapshotHarness[] = [
  recordedTests('scheduler/test_scheduler', SCHEDULER_TESTS),
];
