import { dynamodbHarnesses } from './dynamodb/harnesses.ts';
import { eventHarnesses } from './events/harnesses.ts';
import { kinesisHarnesses } from './kinesis/harnesses.ts';
import { lambdaHarnesses } from './lambda/harnesses.ts';
import { s3Harnesses } from './s3/harnesses.ts';
import { schedulerHarnesses } from './scheduler/harnesses.ts';
import type { SnapshotHarness } from './snapshot-case.ts';
import { snsHarnesses } from './sns/harnesses.ts';
import { sqsHarnesses } from './sqs/harnesses.ts';

/** Every harness; an area without one is not judged. */
export const HARNESSES: readonly SnapshotHarness[] = [
  ...dynamodbHarnesses,
  ...eventHarnesses,
  ...kinesisHarnesses,
  ...lambdaHarnesses,
  ...s3Harnesses,
  ...schedulerHarnesses,
  ...snsHarnesses,
  ...sqsHarnesses,
];
