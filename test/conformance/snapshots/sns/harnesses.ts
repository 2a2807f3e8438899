import { type RecordedTest, recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { BODY_FILTER_TESTS } from './body-filters.ts';
import { FIFO_TESTS } from './fifo-topics.ts';
import { FILTER_TESTS } from './filter-policies.ts';
import { PUBLISH_TESTS } from './publishing.ts';
import { SnsStage } from './sns-stage.ts';
import { SUBSCRIPTION_TESTS } from './subscriptions.ts';
import { type SnsTest, TOPIC_TESTS } from './topics.ts';

const NO_SMS = 'the embedded cloud sends no text messages, and keeps no settings of them';
const NO_PUSH = 'the embedded cloud has no mobile push: no platform applications and endpoints';
const NO_HTTP = 'SNS in the embedded cloud calls no HTTP endpoint';
const ONE_PLACE = 'the embedded cloud is one account in one region';

/** Reasons by what the names of the tests begin with. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  test_cross_region_delivery_sqs: ONE_PLACE,
  test_create_topic_in_multiple_regions: ONE_PLACE,
  test_set_invalid_sms_attributes: NO_SMS,
  test_get_sms_attributes: NO_SMS,
  test_is_phone_number_opted_out: NO_SMS,
  test_list_phone_numbers_opted_out: NO_SMS,
  test_opt_in: NO_SMS,
  test_list_platform: NO_PUSH,
  test_create_platform: NO_PUSH,
  test_get_platform: NO_PUSH,
  test_set_platform: NO_PUSH,
  test_delete_platform: NO_PUSH,
  test_delete_endpoints: NO_PUSH,
  test_subscribe_external_http_endpoint: NO_HTTP,
  test_confirm_subscription: NO_HTTP,
  test_data_protection_policy_crud: 'SNS in the embedded cloud has no data protection policies',
  test_delivery_lambda: 'SNS in the embedded cloud logs no deliveries',
  test_publish_sqs_from_sns_with_xray_propagation: 'the embedded cloud passes on no headers of tracing',
};

export const snsHarnesses: readonly SnapshotHarness[] = [
  harness('sns/test_sns', { ...TOPIC_TESTS, ...SUBSCRIPTION_TESTS, ...PUBLISH_TESTS, ...FIFO_TESTS }),
  harness('sns/test_sns_filter_policy', { ...FILTER_TESTS, ...BODY_FILTER_TESTS }),
];

function harness(area: string, tests: Readonly<Record<string, SnsTest>>): SnapshotHarness {
  const staged = Object.entries(tests).map(([name, test]): [string, RecordedTest] => [
    name,
    (stage, parameters) => test(new SnsStage(stage), parameters),
  ]);
  return recordedTests(area, {
    tests: Object.fromEntries(staged),
    outOfScopeOf: name => Object.entries(LEFT_OUT).find(([start]) => name.startsWith(start))?.[1],
  });
}
