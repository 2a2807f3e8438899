/** Tells the default event bus about objects, if their bucket is set to. */
import type { Cloud } from '../../cloud/cloud.ts';
import { type Bucket, bucketArn, type StoredObject } from './bucket.ts';

export interface ObjectNews {
  readonly bucket: Bucket;
  readonly object: StoredObject;
  readonly detailType: 'Object Created' | 'Object Deleted';
  /** The operation that made the news: `PutObject`. */
  readonly reason: string;
  readonly requestId: string;
}

const SEQUENCER_LENGTH = 18;

/** Returns at once; S3 does not hold up a request for its notifications. */
export function notifyEventBridge(cloud: Cloud, news: ObjectNews): void {
  const { bucket, object } = news;
  if (!bucket.notifiesEventBridge || !cloud.service('events')) return;
  const entry = {
    Source: 'aws.s3',
    DetailType: news.detailType,
    Resources: [bucketArn(bucket.name)],
    Time: cloud.clock.now() / 1000,
    Detail: JSON.stringify(detailOf(cloud, news)),
  };
  void cloud
    .call({
      service: 'events',
      operation: 'PutEvents',
      input: { Entries: [entry] },
      principal: { kind: 'service', service: 's3.amazonaws.com', sourceArn: bucketArn(bucket.name) },
    })
    .catch((error: unknown) => {
      const message = `Cannot notify of s3://${bucket.name}/${object.key}: ${String(error)}`;
      cloud.logs({ logGroup: '/aws/s3/notifications', logStream: bucket.name, message });
    });
}

function detailOf(cloud: Cloud, { bucket, object, detailType, reason, requestId }: ObjectNews): object {
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
    ...(isCreated ? {} : { 'deletion-type': object.isDeleteMarker ? 'Delete Marker Created' : 'Permanently Deleted' }),
  };
}
