/** `If-Match` and its kin. */
import type { JsonObject } from '../../../cloud/service.ts';
import type { StoredObject } from '../bucket.ts';
import { s3Error } from '../s3-error.ts';

/** For writes: `If-None-Match: *` (nothing there yet), `If-Match: etag` (still as it was read). */
export function checkWrite(input: JsonObject, current: StoredObject | undefined, key: string): void {
  if (input.IfNoneMatch !== undefined && current && isListed(input.IfNoneMatch, current.etag)) {
    throw s3Error('PreconditionFailed', { Condition: 'If-None-Match' });
  }
  if (input.IfMatch === undefined) return;
  if (!current) throw s3Error('NoSuchKey', { Key: key });
  if (!isListed(input.IfMatch, current.etag)) throw s3Error('PreconditionFailed', { Condition: 'If-Match' });
}

/** For reads; times are epoch seconds. */
export function checkRead(input: JsonObject, object: StoredObject): void {
  const modified = Math.floor(object.modifiedMs / 1000);
  if (input.IfMatch !== undefined) {
    if (!isListed(input.IfMatch, object.etag)) throw s3Error('PreconditionFailed', { Condition: 'If-Match' });
  } else if (typeof input.IfUnmodifiedSince === 'number' && modified > input.IfUnmodifiedSince) {
    throw s3Error('PreconditionFailed', { Condition: 'If-Unmodified-Since' });
  }
  if (input.IfNoneMatch !== undefined) {
    if (isListed(input.IfNoneMatch, object.etag)) throw s3Error('NotModified');
  } else if (typeof input.IfModifiedSince === 'number' && modified <= input.IfModifiedSince) {
    throw s3Error('NotModified');
  }
}

function isListed(header: unknown, etag: string): boolean {
  const tags = String(header)
    .split(',')
    .map(tag => tag.trim().replace(/^W\//, '').replaceAll('"', ''));
  return tags.includes('*') || tags.includes(etag.replaceAll('"', ''));
}
