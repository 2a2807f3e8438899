/** The operations on buckets themselves. */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { PolicyError } from '../../../iam/condition.ts';
import { parsePolicy } from '../../../iam/policy.ts';
import type { BucketStore } from '../bucket-store.ts';
import { badRequest, s3Error } from '../s3-error.ts';

export function createBucket(cloud: Cloud, store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.create(String(input.Bucket ?? ''), cloud.clock.now());
  return { Location: `/${bucket.name}` };
}

export function listBuckets(cloud: Cloud, store: BucketStore): JsonObject {
  return {
    Owner: { ID: cloud.accountId, DisplayName: cloud.accountId },
    Buckets: store.all.map(({ name, createdMs }) => ({ Name: name, CreationDate: createdMs / 1000 })),
  };
}

export function headBucket(cloud: Cloud, store: BucketStore, input: JsonObject): JsonObject {
  store.of(input);
  return { BucketRegion: cloud.region };
}

export function deleteBucket(store: BucketStore, input: JsonObject): void {
  store.delete(store.of(input));
}

export function getBucketLocation(cloud: Cloud, store: BucketStore, input: JsonObject): JsonObject {
  store.of(input);
  return { LocationConstraint: cloud.region === 'us-east-1' ? '' : cloud.region };
}

export function putBucketVersioning(store: BucketStore, input: JsonObject): void {
  const bucket = store.of(input);
  const status = member(input.VersioningConfiguration, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('MalformedXML');
  store.change(bucket, { versioning: status });
}

export function getBucketVersioning(store: BucketStore, input: JsonObject): JsonObject {
  const { versioning } = store.of(input);
  return versioning === undefined ? {} : { Status: versioning };
}

export function putBucketPolicy(store: BucketStore, input: JsonObject): void {
  const bucket = store.of(input);
  const policy = String(input.Policy ?? '');
  try {
    parsePolicy(policy);
  } catch (error) {
    if (error instanceof PolicyError) throw badRequest('MalformedPolicy', error.message);
    throw error;
  }
  store.change(bucket, { policy });
}

export function getBucketPolicy(store: BucketStore, input: JsonObject): JsonObject {
  const { policy } = store.of(input);
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { BucketName: input.Bucket });
  return { Policy: policy };
}

export function deleteBucketPolicy(store: BucketStore, input: JsonObject): void {
  store.change(store.of(input), { policy: undefined });
}

/** Only EventBridge is told here; a configuration that wants anything else is refused. */
export function putBucketNotificationConfiguration(store: BucketStore, input: JsonObject): void {
  const bucket = store.of(input);
  const configuration = input.NotificationConfiguration;
  const wanted = typeof configuration === 'object' && configuration !== null ? Object.keys(configuration) : [];
  const unsupported = wanted.filter(name => name !== 'EventBridgeConfiguration');
  if (unsupported.length > 0) {
    throw badRequest(
      'NotImplemented',
      `Notifications by ${unsupported.join(', ')} are not supported by the embedded cloud`,
    );
  }
  store.change(bucket, { notifiesEventBridge: wanted.length > 0 });
}

export function getBucketNotificationConfiguration(store: BucketStore, input: JsonObject): JsonObject {
  return store.of(input).notifiesEventBridge ? { EventBridgeConfiguration: {} } : {};
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
