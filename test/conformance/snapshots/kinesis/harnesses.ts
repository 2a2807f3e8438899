import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { STREAM_TESTS } from './streams.ts';

export const kinesisHarnesses: readonly SnapshotHarness[] = [recordedTests('kinesis/test_kinesis', STREAM_TESTS)];
