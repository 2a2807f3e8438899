import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { BUCKET_EVENT_TESTS } from './bucket-events.ts';

/** Their tests are about nothing else. */
function withoutDirectNotifications(area: string): SnapshotHarness {
  return recordedTests(area, {
    tests: {},
    outOfScopeOf: () => 'S3 in the embedded cloud notifies EventBridge, and no queues and functions directly',
  });
}

export const s3Harnesses: readonly SnapshotHarness[] = [
  recordedTests('s3/test_s3_notifications_eventbridge', BUCKET_EVENT_TESTS),
  withoutDirectNotifications('s3/test_s3_notifications_lambda'),
  withoutDirectNotifications('s3/test_s3_notifications_sqs'),
];
