import type { Cloud } from '../../../cloud/cloud.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { currentObject, type UnstoredObject } from '../bucket.ts';
import { type BucketStore, keyOf } from '../bucket-store.ts';
import { badRequest } from '../s3-error.ts';
import { findObject } from './get-object.ts';
import { readHeaders, readMetadata } from './object-headers.ts';
import { checkRead, checkWrite } from './preconditions.ts';
import { newVersionId, storeObject, versionOf } from './put-object.ts';

/** Metadata is copied too, unless the request replaces it (`MetadataDirective: REPLACE`). */
export function copyObject(cloud: Cloud, store: BucketStore, input: JsonObject, call: Call): JsonObject {
  const bucket = store.of(input);
  const key = keyOf(input);
  const from = copySource(input);
  const source = findObject(store.of(from), from);
  checkRead({ IfMatch: input.CopySourceIfMatch, IfNoneMatch: input.CopySourceIfNoneMatch }, source);
  const isReplacing = input.MetadataDirective === 'REPLACE';
  if (from.Bucket === bucket.name && from.Key === key && !isReplacing && from.VersionId === undefined) {
    throw badRequest(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  checkWrite(input, currentObject(bucket, key), key);
  const object: UnstoredObject = {
    ...source,
    key,
    versionId: newVersionId(cloud, bucket),
    modifiedMs: cloud.clock.now(),
    ...(isReplacing ? { headers: readHeaders(input), metadata: readMetadata(input) } : {}),
  };
  storeObject(cloud, store, { bucket, object, reason: 'CopyObject', requestId: call.requestId });
  return {
    CopyObjectResult: { ETag: object.etag, LastModified: object.modifiedMs / 1000, ...object.checksums },
    ...versionOf(object),
  };
}

/** `bucket/key` or `/bucket/key?versionId=…`, URL-encoded. */
export function copySource(input: JsonObject): { Bucket: string; Key: string; VersionId?: string } {
  const [path = '', query] = String(input.CopySource ?? '').split('?');
  const [bucket = '', ...key] = decodeURIComponent(path.replace(/^\//, '')).split('/');
  const versionId = new URLSearchParams(query).get('versionId');
  return { Bucket: bucket, Key: key.join('/'), ...(versionId === null ? {} : { VersionId: versionId }) };
}
