/** Messages whose bodies are filtered: `tests/aws/services/sns/test_sns_filter_policy.py`, continued. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { SnsStage } from './sns-stage.ts';
import type { SnsTest } from './topics.ts';

const SECOND_MS = 1_000;
const INSURANCE = 'auto-insurance-2314.xml';

/** What of these bodies gets past a policy, sorted. */
async function passing(stage: SnsStage, policy: JsonObject, bodies: readonly JsonObject[]) {
  const { topicArn, queue } = await stage.subscribed({
    FilterPolicy: JSON.stringify(policy),
    FilterPolicyScope: 'MessageBody',
    RawMessageDelivery: 'true',
  });
  for (const body of bodies) await stage.publish(topicArn, JSON.stringify(body));
  await stage.rest.pass(SECOND_MS);
  return { Messages: await stage.takeAll(queue, ({ Body }) => String(Body)) };
}

/** An event of S3 about one object. */
function bucketEvent(eventName: string, key: string): JsonObject {
  const bucket = { name: 'insurance-bucket-demo', arn: 'arn:aws:s3:::insurance-bucket-demo' };
  const s3 = { bucket, object: { key, size: 17 } };
  return { Records: [{ eventSource: 'aws:s3', eventTime: '2022-11-21T03:41:29.743Z', eventName, s3 }] };
}

export const BODY_FILTER_TESTS: Readonly<Record<string, SnsTest>> = {
  test_filter_policy_on_message_body_array_of_object_attributes: async stage => {
    const policy = {
      Records: { s3: { object: { key: [{ prefix: 'auto-' }] } }, eventName: [{ prefix: 'ObjectCreated:' }] },
    };
    const nested = { object: [[{ key: INSURANCE, size: 17 }]] };
    const plain = { object: { key: 'home-insurance-2314.xml', size: 17 } };
    const several = {
      Records: [
        { eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: nested },
        { eventSource: 'aws:s3', eventName: 'ObjectRemoved:Delete', s3: plain },
      ],
    };
    const bodies = [
      several,
      bucketEvent('ObjectRemoved:Delete', INSURANCE),
      bucketEvent('ObjectCreated:Put', 'home-insurance-2314.xml'),
      bucketEvent('ObjectCreated:Put', INSURANCE),
    ];
    return { messages: await passing(stage, policy, bodies) };
  },

  test_filter_policy_empty_array_payload: async stage => {
    const body = (eventVersion: string) => ({
      version: '0',
      id: '3e3c153a-8339-4e30-8c35-687ebef853fe',
      'detail-type': 'EC2 Instance Launch Successful',
      source: 'aws.autoscaling',
      account: '123456789012',
      time: '2015-11-11T21:31:47Z',
      region: 'my-region',
      resources: [],
      detail: { eventVersion, responseElements: null },
    });
    const policy = { detail: { eventVersion: [''] } };
    return { 'messages-queue': await passing(stage, policy, [body(''), body('1')]) };
  },
};
