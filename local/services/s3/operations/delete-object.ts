import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { type Bucket, currentObject, type StoredObject } from '../bucket.ts';
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
    return deleteVersion(cloud, bucket, { key, versionId: input.VersionId }, call);
  if (bucket.versioning !== undefined) return addDeleteMarker(cloud, bucket, key, call);
  const object = bucket.objects.get(key)?.at(-1);
  bucket.objects.delete(key);
  if (object) tell(cloud, bucket, object, call);
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
  bucket: Bucket,
  { key, versionId }: { key: string; versionId: string },
  call: Call,
): JsonObject {
  const versions = bucket.objects.get(key) ?? [];
  const deleted = versions.find(version => version.versionId === versionId);
  const kept = versions.filter(version => version !== deleted);
  if (kept.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, kept);
  if (deleted && !deleted.isDeleteMarker) tell(cloud, bucket, deleted, call);
  return { VersionId: versionId, ...(deleted?.isDeleteMarker ? { DeleteMarker: true } : {}) };
}

function addDeleteMarker(cloud: Cloud, bucket: Bucket, key: string, call: Call): JsonObject {
  const marker: StoredObject = {
    key,
    versionId: newVersionId(cloud, bucket),
    body: Buffer.alloc(0),
    etag: '',
    modifiedMs: cloud.clock.now(),
    headers: {},
    metadata: {},
    checksums: {},
    isDeleteMarker: true,
  };
  storeObject(cloud, { bucket, object: marker, reason: 'DeleteObject', requestId: call.requestId });
  tell(cloud, bucket, marker, call);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function tell(cloud: Cloud, bucket: Bucket, object: StoredObject, { requestId }: Call): void {
  notifyEventBridge(cloud, { bucket, object, detailType: 'Object Deleted', reason: 'DeleteObject', requestId });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
