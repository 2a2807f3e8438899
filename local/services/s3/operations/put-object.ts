import type { Cloud } from '../../../cloud/cloud.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { type Bucket, currentObject, type UnstoredObject } from '../bucket.ts';
import { type BucketStore, keyOf } from '../bucket-store.ts';
import { checkedSums, md5 } from '../checksum.ts';
import { notifyEventBridge } from '../notifications.ts';
import { badRequest } from '../s3-error.ts';
import { ENCRYPTION, readHeaders, readMetadata, shownChecksums } from './object-headers.ts';
import { checkWrite } from './preconditions.ts';

const VERSION_ID_LENGTH = 32;
const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
const MOST_METADATA_BYTES = 2048;
/** Bodies up to this size stand in their object's journal record. */
const LARGEST_INLINE_BYTES = 64 * 1024;

export function putObject(cloud: Cloud, store: BucketStore, input: JsonObject, call: Call): JsonObject {
  const bucket = store.of(input);
  const key = keyOf(input);
  const body = bodyOf(input);
  const checksums = checkedSums(input, body);
  const metadata = readMetadata(input);
  checkSizes(body, metadata);
  checkWrite(input, currentObject(bucket, key), key);
  const object: UnstoredObject = {
    key,
    versionId: newVersionId(cloud, bucket),
    body,
    blobs: body.length > LARGEST_INLINE_BYTES ? store.blobs.cut(body) : [],
    etag: `"${md5(body).toString('hex')}"`,
    modifiedMs: cloud.clock.now(),
    headers: readHeaders(input),
    metadata,
    checksums,
    isDeleteMarker: false,
  };
  storeObject(cloud, store, { bucket, object, reason: 'PutObject', requestId: call.requestId });
  return { ETag: object.etag, ...shownChecksums(object), ...ENCRYPTION, ...versionOf(object) };
}

/** The part of a request's body, base64 in process. */
export function bodyOf(input: JsonObject): Buffer {
  return typeof input.Body === 'string' ? Buffer.from(input.Body, 'base64') : Buffer.alloc(0);
}

export function versionOf(object: UnstoredObject): JsonObject {
  return object.versionId === 'null' ? {} : { VersionId: object.versionId };
}

export function newVersionId(cloud: Cloud, bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? cloud.ids.token(VERSION_ID_LENGTH) : 'null';
}

export interface NewObject {
  readonly bucket: Bucket;
  readonly object: UnstoredObject;
  readonly reason: string;
  readonly requestId: string;
}

/** Makes `object` the current version, and tells of it. A `null` version replaces the `null` version before it. */
export function storeObject(cloud: Cloud, store: BucketStore, { bucket, object, reason, requestId }: NewObject): void {
  store.putVersion(bucket, object);
  if (!object.isDeleteMarker)
    notifyEventBridge(cloud, store, { bucket, object, detailType: 'Object Created', reason, requestId });
}

function checkSizes(body: Buffer, metadata: Readonly<Record<string, string>>): void {
  if (body.length > LARGEST_PUT_BYTES) {
    throw badRequest('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MOST_METADATA_BYTES) {
    throw badRequest('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
}
