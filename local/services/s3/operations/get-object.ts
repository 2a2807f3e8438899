import type { JsonObject } from '../../../cloud/service.ts';
import { type Bucket, currentObject, type StoredObject } from '../bucket.ts';
import { type BucketStore, keyOf } from '../bucket-store.ts';
import { s3Error } from '../s3-error.ts';
import { writeObject } from './object-headers.ts';
import { checkRead } from './preconditions.ts';

interface ByteRange {
  readonly start: number;
  /** After the last byte. */
  readonly end: number;
}

export function getObject(store: BucketStore, input: JsonObject): JsonObject {
  const object = findObject(store.of(input), input);
  checkRead(input, object);
  const range = readRange(input.Range, object.body.length);
  const body = range ? object.body.subarray(range.start, range.end) : object.body;
  return {
    ...writeObject(object, input.ChecksumMode === 'ENABLED' && !range),
    ...(range ? { ContentRange: `bytes ${range.start}-${range.end - 1}/${object.body.length}` } : {}),
    ContentLength: body.length,
    Body: body.toString('base64'),
  };
}

export function headObject(store: BucketStore, input: JsonObject): JsonObject {
  const object = findObject(store.of(input), input);
  checkRead(input, object);
  return writeObject(object, input.ChecksumMode === 'ENABLED');
}

export function findObject(bucket: Bucket, input: JsonObject): StoredObject {
  const key = keyOf(input);
  if (typeof input.VersionId !== 'string') {
    const current = currentObject(bucket, key);
    if (!current) throw s3Error('NoSuchKey', { Key: key });
    return current;
  }
  const version = bucket.objects.get(key)?.find(({ versionId }) => versionId === input.VersionId);
  if (!version) throw s3Error('NoSuchVersion', { Key: key, VersionId: input.VersionId });
  if (version.isDeleteMarker) throw s3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'DeleteMarker' });
  return version;
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; anything else is ignored, as S3 does. */
function readRange(header: unknown, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(String(header ?? '')) ?? [];
  if (first === '' && last === '') return undefined;
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size }
      : { start: Number(first), end: last === '' ? size : Math.min(Number(last) + 1, size) };
  if (range.start >= size || (first === '' && Number(last) === 0)) {
    throw s3Error('InvalidRange', { ActualObjectSize: size, RangeRequested: String(header) });
  }
  return range.end <= range.start ? undefined : range;
}
