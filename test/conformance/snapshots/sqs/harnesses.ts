import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { MOVE_TASK_TESTS } from './move-task.ts';

export const sqsHarnesses: readonly SnapshotHarness[] = [recordedTests('sqs/test_sqs_move_task', MOVE_TASK_TESTS)];
