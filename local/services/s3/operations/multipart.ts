/** Objects that come in parts. */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { joined } from '../blob-store.ts';
import { type Bucket, currentObject, type MultipartUpload, type UnstoredObject, type UploadedPart } from '../bucket.ts';
import { type BucketStore, keyOf } from '../bucket-store.ts';
import { checkedSums, md5 } from '../checksum.ts';
import { badRequest, s3Error } from '../s3-error.ts';
import { readHeaders, readMetadata } from './object-headers.ts';
import { checkWrite } from './preconditions.ts';
import { bodyOf, newVersionId, storeObject, versionOf } from './put-object.ts';

const UPLOAD_ID_LENGTH = 64;
const MOST_PARTS = 10_000;
/** Of every part but the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export function createMultipartUpload(cloud: Cloud, store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const upload: MultipartUpload = {
    id: cloud.ids.token(UPLOAD_ID_LENGTH),
    key: keyOf(input),
    headers: readHeaders(input),
    metadata: readMetadata(input),
    startedMs: cloud.clock.now(),
    parts: new Map(),
  };
  store.addUpload(bucket, upload);
  return { Bucket: bucket.name, Key: upload.key, UploadId: upload.id };
}

export function uploadPart(cloud: Cloud, store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const upload = findUpload(bucket, input);
  const number = Number(input.PartNumber);
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
    throw badRequest('InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`);
  }
  const body = bodyOf(input);
  const checksums = checkedSums(input, body);
  const etag = `"${md5(body).toString('hex')}"`;
  const modifiedMs = cloud.clock.now();
  store.putPart(bucket, upload, { number, body, blobs: store.blobs.cut(body), etag, modifiedMs });
  return { ETag: etag, ...checksums };
}

export function completeMultipartUpload(cloud: Cloud, store: BucketStore, input: JsonObject, call: Call): JsonObject {
  const bucket = store.of(input);
  const upload = findUpload(bucket, input);
  const parts = wantedParts(upload, input);
  checkWrite(input, currentObject(bucket, upload.key), upload.key);
  const digests = Buffer.concat(parts.map(part => Buffer.from(part.etag.replaceAll('"', ''), 'hex')));
  const blobs = parts.flatMap(part => part.blobs);
  const object: UnstoredObject = {
    key: upload.key,
    versionId: newVersionId(cloud, bucket),
    body: blobs.length > 0 ? joined(blobs) : Buffer.concat(parts.map(part => part.body)),
    blobs,
    etag: `"${md5(digests).toString('hex')}-${parts.length}"`,
    modifiedMs: cloud.clock.now(),
    headers: upload.headers,
    metadata: upload.metadata,
    checksums: {},
    isDeleteMarker: false,
  };
  storeObject(cloud, store, { bucket, object, reason: 'CompleteMultipartUpload', requestId: call.requestId });
  store.removeUpload(bucket, upload);
  const location = `${cloud.endpoint}/${bucket.name}/${upload.key}`;
  return { Location: location, Bucket: bucket.name, Key: upload.key, ETag: object.etag, ...versionOf(object) };
}

export function abortMultipartUpload(store: BucketStore, input: JsonObject): void {
  const bucket = store.of(input);
  store.removeUpload(bucket, findUpload(bucket, input));
}

export function listParts(store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const upload = findUpload(bucket, input);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    IsTruncated: false,
    Parts: [...upload.parts]
      .sort(([a], [b]) => a - b)
      .map(([number, { body, etag, modifiedMs }]) => ({
        PartNumber: number,
        ETag: etag,
        Size: body.length,
        LastModified: modifiedMs / 1000,
      })),
  };
}

export function listMultipartUploads(store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  return {
    Bucket: bucket.name,
    IsTruncated: false,
    Uploads: [...bucket.uploads.values()].map(({ id, key, startedMs }) => ({
      UploadId: id,
      Key: key,
      Initiated: startedMs / 1000,
    })),
  };
}

function findUpload(bucket: Bucket, input: JsonObject): MultipartUpload {
  const upload = bucket.uploads.get(String(input.UploadId));
  if (!upload || upload.key !== keyOf(input)) throw s3Error('NoSuchUpload', { UploadId: input.UploadId });
  return upload;
}

function wantedParts(upload: MultipartUpload, input: JsonObject): UploadedPart[] {
  const request = input.MultipartUpload;
  const listed: unknown = typeof request === 'object' && request !== null && 'Parts' in request ? request.Parts : [];
  const wanted = Array.isArray(listed) ? listed : [];
  if (wanted.length === 0) throw s3Error('MalformedXML');
  const numbers = wanted.map(part => Number(part?.PartNumber));
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) throw s3Error('InvalidPartOrder');
  return wanted.map((part, index) => {
    const number = numbers[index] ?? 0;
    const uploaded = upload.parts.get(number);
    const etag = String(part?.ETag).replaceAll('"', '');
    if (!uploaded || uploaded.etag.replaceAll('"', '') !== etag) throw s3Error('InvalidPart', { PartNumber: number });
    if (index < wanted.length - 1 && uploaded.body.length < SMALLEST_PART_BYTES) {
      throw s3Error('EntityTooSmall', { PartNumber: number, ProposedSize: uploaded.body.length });
    }
    return uploaded;
  });
}
