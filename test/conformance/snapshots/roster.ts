import { eventHarnesses } from './events/harnesses.ts';
import { lambdaHarnesses } from './lambda/harnesses.ts';
import type { SnapshotHarness } from './snapshot-case.ts';
import { sqsHarnesses } from './sqs/harnesses.ts';

/** Every harness; an area without one is not judged. */
export const HARNESSES: readonly SnapshotHarness[] = [...eventHarnesses, ...lambdaHarnesses, ...sqsHarnesses];
