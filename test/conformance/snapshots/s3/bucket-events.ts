/** What `tests/aws/services/s3/test_s3_notifications_eventbridge.py` does, step by step. */
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage } from '../lambda/mapping-stage.ts';
import type { RecordedTest, RecordedTests } from '../lambda/recorded-test.ts';

const DELIVERY_MS = 60_000;
const NO_CONTENT = 204;
const KEY = 'test-key';

async function answer(stage: MappingStage, operation: string, input: JsonObject, status = 200): Promise<JsonObject> {
  const members = await stage.call<JsonObject | undefined>('s3', operation, input);
  return { ...members, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status } };
}

/** A bucket whose objects' comings and goings end in a queue. */
async function watchedBucket(stage: MappingStage) {
  const Bucket = stage.name('bucket');
  await stage.call('s3', 'CreateBucket', { Bucket });
  await setVersioning(stage, Bucket, 'Enabled');
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await stage.call('s3', 'PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration });
  const queue = await stage.queue();
  const pattern = { source: ['aws.s3'], detail: { bucket: { name: [Bucket] } } };
  const Rule = stage.name('rule');
  await stage.call('events', 'PutRule', { Name: Rule, EventPattern: JSON.stringify(pattern) });
  await stage.call('events', 'PutTargets', { Rule, Targets: [{ Id: 'queue', Arn: queue.arn }] });
  return { Bucket, queue };
}

function setVersioning(stage: MappingStage, Bucket: string, Status: string): Promise<unknown> {
  return stage.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status } });
}

/** The recorder's client gives a checksum of its own accord. */
function put(stage: MappingStage, Bucket: string, text: string): Promise<JsonObject> {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(text));
  const Body = Buffer.from(text).toString('base64');
  return answer(stage, 'PutObject', { Bucket, Key: KEY, Body, ChecksumCRC32: sum.toString('base64') });
}

/** Takes all events out of the queue, sorted by what they say. */
async function events(stage: MappingStage, QueueUrl: string): Promise<readonly JsonObject[]> {
  await stage.pass(DELIVERY_MS);
  const input = { QueueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await stage.call<{ Messages?: readonly JsonObject[] }>('sqs', 'ReceiveMessage', input);
  for (const { ReceiptHandle } of Messages) await stage.call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
  const all = Messages.map(({ Body }) => withoutSequencer(String(Body)));
  return all.sort((a, b) => String(a['detail-type']).localeCompare(String(b['detail-type'])));
}

/** The recorder put this word in the place of a sequencer. */
function withoutSequencer(body: string): JsonObject {
  return JSON.parse(body.replace(/"sequencer":"[^"]+"/, '"sequencer":"object-sequencer"')) as JsonObject; // an event
}

const versioned: RecordedTest = async stage => {
  const { Bucket, queue } = await watchedBucket(stage);
  const remove = (members: JsonObject = {}) =>
    answer(stage, 'DeleteObject', { Bucket, Key: KEY, ...members }, NO_CONTENT);
  const first = await put(stage, Bucket, 'data');
  const second = await put(stage, Bucket, 'data-version2');
  const marker = await remove();
  const deleted = await remove({ VersionId: first.VersionId });
  await events(stage, queue.url);
  await setVersioning(stage, Bucket, 'Suspended');
  const unversioned = await put(stage, Bucket, 'data-version3');
  const unmarked = await remove({ VersionId: marker.VersionId });
  const suspended = await events(stage, queue.url);
  return {
    'obj-ver1': first,
    'obj-ver2': second,
    'delete-marker': marker,
    'delete-version': deleted,
    // The test kept one list for both steps, so that what was last in it stands in the recording twice.
    'message-versioning-active': suspended,
    'add-null-version': unversioned,
    'del-delete-marker': unmarked,
    'message-versioning-suspended': suspended,
  };
};

export const BUCKET_EVENT_TESTS: RecordedTests = {
  tests: { test_object_created_put_versioned: versioned },
  outOfScope: {
    test_object_put_acl: 'S3 in the embedded cloud has no access control lists',
    test_restore_object: 'S3 in the embedded cloud has no archive to restore objects from',
  },
};
