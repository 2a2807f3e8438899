import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { type Bucket, currentObject, type UnstoredObject } from '../bucket.ts';
import { type BucketStore, keyOf } from '../bucket-store.ts';
import { notifyEventBridge } from '../notifications.ts';
import { s3Error } from '../s3-error.ts';
import { checkWrite } from './preconditions.ts';
import { newVersionId, storeObject } from './put-object.ts';

const MOST_KEYS = 1000;

/** Deleting what is not there succeeds. A bucket with versions keeps them, under a delete marker. */
export function deleteObject(cloud: Cloud, store: BucketStore, input: JsonObject, call: Call): JsonObject {
  const bucket = store.of(input);
  const key = keyOf(input);
  if (input.IfMatch !== undefined) checkWrite(input, currentObject(bucket, key), key);
  if (typeof input.VersionId === 'string')
    return deleteVersion(cloud, store, { bucket, key, versionId: input.VersionId }, call);
  if (bucket.versioning !== undefined) return addDeleteMarker(cloud, store, { bucket, key }, call);
  const object = bucket.objects.get(key)?.at(-1);
  if (!object) return {};
  store.removeVersion(bucket, object);
  tell(cloud, store, { bucket, object }, call);
  return {};
}

export function deleteObjects(cloud: Cloud, store: BucketStore, input: JsonObject, call: Call): JsonObject {
  const request = isRecord(input.Delete) ? input.Delete : {};
  const objects = Array.isArray(request.Objects) ? request.Objects.filter(isRecord) : [];
  if (objects.length === 0 || objects.length > MOST_KEYS) throw s3Error('MalformedXML');
  const deleted: JsonObject[] = [];
  const errors: JsonObject[] = [];
  for (const { Key, VersionId, ETag } of objects) {
    try {
      const one = { Bucket: input.Bucket, Key, VersionId, ...(ETag === undefined ? {} : { IfMatch: ETag }) };
      const { VersionId: markerOrVersion, DeleteMarker } = deleteObject(cloud, store, one, call);
      deleted.push({
        Key,
        ...(VersionId === undefined ? {} : { VersionId }),
        ...(DeleteMarker === true ? { DeleteMarker, DeleteMarkerVersionId: markerOrVersion } : {}),
      });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'NoSuchBucket') throw error;
      errors.push({ Key, Code: error.code, Message: error.message });
    }
  }
  return { Deleted: request.Quiet === true ? [] : deleted, Errors: errors };
}

function deleteVersion(
  cloud: Cloud,
  store: BucketStore,
  { bucket, key, versionId }: { bucket: Bucket; key: string; versionId: string },
  call: Call,
): JsonObject {
  const deleted = bucket.objects.get(key)?.find(version => version.versionId === versionId);
  if (deleted) store.removeVersion(bucket, deleted);
  if (deleted) tell(cloud, store, { bucket, object: deleted }, call);
  return { VersionId: versionId, ...(deleted?.isDeleteMarker ? { DeleteMarker: true } : {}) };
}

function addDeleteMarker(
  cloud: Cloud,
  store: BucketStore,
  { bucket, key }: { bucket: Bucket; key: string },
  call: Call,
): JsonObject {
  const marker: UnstoredObject = {
    key,
    versionId: newVersionId(cloud, bucket),
    body: Buffer.alloc(0),
    blobs: [],
    etag: '',
    modifiedMs: cloud.clock.now(),
    headers: {},
    metadata: {},
    checksums: {},
    isDeleteMarker: true,
  };
  storeObject(cloud, store, { bucket, object: marker, reason: 'DeleteObject', requestId: call.requestId });
  tell(cloud, store, { bucket, object: marker, addsMarker: true }, call);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function tell(
  cloud: Cloud,
  store: BucketStore,
  { bucket, object, addsMarker = false }: { bucket: Bucket; object: UnstoredObject; addsMarker?: boolean },
  { requestId }: Call,
): void {
  const detailType = 'Object Deleted';
  notifyEventBridge(cloud, store, { bucket, object, detailType, reason: 'DeleteObject', requestId, addsMarker });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
