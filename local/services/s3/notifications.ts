/** Tells the default event bus about objects, if their bucket is set to. */
import type { Cloud } from '../../cloud/cloud.ts';
import { type Bucket, bucketArn, type NotificationUnderWay, type UnstoredObject } from './bucket.ts';
import type { BucketStore } from './bucket-store.ts';

export interface ObjectNews {
  readonly bucket: Bucket;
  readonly object: UnstoredObject;
  readonly detailType: 'Object Created' | 'Object Deleted';
  /** The operation that made the news: `PutObject`. */
  readonly reason: string;
  readonly requestId: string;
  /** The object is gone only in that a delete marker was put above it; a marker can be deleted for good too. */
  readonly addsMarker?: boolean;
}

const SEQUENCER_LENGTH = 18;

/** Returns at once; S3 does not hold up a request for its notifications. */
export function notifyEventBridge(cloud: Cloud, store: BucketStore, news: ObjectNews): void {
  const { bucket, object } = news;
  if (!bucket.notifiesEventBridge || !cloud.service('events')) return;
  const entry = {
    Source: 'aws.s3',
    DetailType: news.detailType,
    Resources: [bucketArn(bucket.name)],
    Time: cloud.clock.now() / 1000,
    Detail: JSON.stringify(detailOf(cloud, news)),
  };
  void deliver(cloud, store, store.addNotification({ bucketName: bucket.name, key: object.key, entry }));
}

/** Takes up what an earlier process did not get done, once everybody is ready. */
export function resumeNotifications(cloud: Cloud, store: BucketStore, left: readonly NotificationUnderWay[]): void {
  for (const underWay of left) cloud.clock.schedule(0, () => void deliver(cloud, store, underWay));
}

async function deliver(cloud: Cloud, store: BucketStore, underWay: NotificationUnderWay): Promise<void> {
  const { bucketName, key, entry } = underWay;
  try {
    await cloud.call({
      service: 'events',
      operation: 'PutEvents',
      input: { Entries: [entry] },
      principal: { kind: 'service', service: 's3.amazonaws.com', sourceArn: bucketArn(bucketName) },
    });
  } catch (error) {
    const message = `Cannot notify of s3://${bucketName}/${key}: ${String(error)}`;
    cloud.logs({ logGroup: '/aws/s3/notifications', logStream: bucketName, message });
  }
  store.removeNotification(underWay);
}

function detailOf(cloud: Cloud, { bucket, object, detailType, reason, requestId, addsMarker }: ObjectNews): object {
  const isCreated = detailType === 'Object Created';
  return {
    version: '0',
    bucket: { name: bucket.name },
    object: {
      key: object.key,
      ...(isCreated ? { size: object.body.length, etag: object.etag.replaceAll('"', '') } : {}),
      ...(object.versionId === 'null' ? {} : { 'version-id': object.versionId }),
      sequencer: cloud.clock.now().toString(16).toUpperCase().padStart(SEQUENCER_LENGTH, '0'),
    },
    'request-id': requestId,
    requester: cloud.accountId,
    'source-ip-address': '127.0.0.1',
    reason,
    ...(isCreated ? {} : { 'deletion-type': addsMarker ? 'Delete Marker Created' : 'Permanently Deleted' }),
  };
}
