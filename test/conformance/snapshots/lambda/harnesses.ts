import type { SnapshotHarness } from '../snapshot-case.ts';
import { DESTINATION_TESTS } from './destinations.ts';
import { DYNAMODB_TESTS } from './dynamodb-mapping.ts';
import { KINESIS_TESTS } from './kinesis-mapping.ts';
import { recordedTests } from './recorded-test.ts';
import { SQS_MAPPING_TESTS } from './sqs-mapping.ts';
import { SQS_RETRY_TESTS } from './sqs-retries.ts';

const MAPPINGS = 'lambda_/event_source_mapping';

export const lambdaHarnesses: readonly SnapshotHarness[] = [
  recordedTests(`${MAPPINGS}/test_cfn_resource`, {
    tests: {},
    outOfScope: { test_adding_tags: 'tags that CloudFormation sets itself: stacks are provisioned without its API' },
  }),
  recordedTests(`${MAPPINGS}/test_lambda_integration_dynamodbstreams`, DYNAMODB_TESTS),
  recordedTests(`${MAPPINGS}/test_lambda_integration_kinesis`, KINESIS_TESTS),
  recordedTests(`${MAPPINGS}/test_lambda_integration_sqs`, { tests: { ...SQS_MAPPING_TESTS, ...SQS_RETRY_TESTS } }),
  recordedTests('lambda_/test_lambda_destinations', DESTINATION_TESTS),
];
