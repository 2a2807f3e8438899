import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { ITEM_TESTS } from './items.ts';
import { STREAM_TESTS, TABLE_TESTS } from './table-tests.ts';

const NO_KMS = 'the embedded cloud has no KMS to describe the key of a table';

export const dynamodbHarnesses: readonly SnapshotHarness[] = [
  recordedTests('dynamodb/test_dynamodb', {
    tests: { ...ITEM_TESTS, ...TABLE_TESTS },
    outOfScope: {
      test_dynamodb_create_table_with_partial_sse_specification: NO_KMS,
      test_dynamodb_update_table_without_sse_specification_change: NO_KMS,
      test_dynamodb_execute_statement_empy_parameter: 'the embedded cloud has no PartiQL',
      test_dynamodb_describe_contributor_insights: 'the embedded cloud has no contributor insights',
      test_streams_on_global_tables: 'the embedded cloud is one account in one region',
    },
  }),
  recordedTests('dynamodbstreams/test_dynamodb_streams', {
    tests: STREAM_TESTS,
    outOfScope: {
      test_enable_kinesis_streaming_destination: 'the embedded cloud streams tables to no Kinesis stream',
      test_table_v2_stream: 'a stack that CloudFormation provisions: stacks are provisioned without its API',
    },
  }),
];
