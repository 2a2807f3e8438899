/** The members that are kept with an object and given back with it. */
import type { JsonObject } from '../../../cloud/service.ts';
import type { StoredObject, UnstoredObject } from '../bucket.ts';

/** API member by HTTP header. */
export const OBJECT_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
};

export function readHeaders(input: JsonObject): Record<string, string> {
  const headers: Record<string, string> = { ContentType: 'binary/octet-stream' };
  for (const member of Object.values(OBJECT_HEADERS)) {
    const value = input[member];
    if (typeof value === 'string' && value !== '' && !(member === 'StorageClass' && value === 'STANDARD')) {
      headers[member] = value;
    }
  }
  return headers;
}

export function readMetadata(input: JsonObject): Record<string, string> {
  const metadata = input.Metadata;
  if (typeof metadata !== 'object' || metadata === null) return {};
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** What S3 says of every object: whoever asks for nothing else gets its own keys. */
export const ENCRYPTION: JsonObject = { ServerSideEncryption: 'AES256' };

/** An object's checksums with what they are of; those of an upload in parts do not say it. */
export function shownChecksums({ checksums, etag }: UnstoredObject): JsonObject {
  const isWhole = Object.keys(checksums).length > 0 && !etag.includes('-');
  return { ...checksums, ...(isWhole ? { ChecksumType: 'FULL_OBJECT' } : {}) };
}

/** What GetObject and HeadObject say of an object besides its body. */
export function writeObject(object: StoredObject, withChecksums: boolean): JsonObject {
  return {
    ...object.headers,
    ...(withChecksums ? shownChecksums(object) : {}),
    ...ENCRYPTION,
    AcceptRanges: 'bytes',
    ContentLength: object.body.length,
    ETag: object.etag,
    LastModified: Math.floor(object.modifiedMs / 1000),
    Metadata: object.metadata,
    ...(object.versionId === 'null' ? {} : { VersionId: object.versionId }),
  };
}
