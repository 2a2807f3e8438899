import type { JsonObject } from '../../../cloud/service.ts';
import { type Bucket, currentObject } from '../bucket.ts';
import type { BucketStore } from '../bucket-store.ts';

const LARGEST_PAGE = 1000;

interface Listing {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or prefix of the page. */
  readonly last: string;
}

export function listObjectsV2(store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const token = typeof input.ContinuationToken === 'string' ? input.ContinuationToken : undefined;
  const after = token === undefined ? input.StartAfter : Buffer.from(token, 'base64url').toString();
  const listing = list(bucket, input, after);
  return {
    ...echo(bucket, input),
    KeyCount: listing.keys.length + listing.prefixes.length,
    IsTruncated: listing.isTruncated,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(typeof input.StartAfter === 'string' ? { StartAfter: input.StartAfter } : {}),
    ...(listing.isTruncated ? { NextContinuationToken: Buffer.from(listing.last).toString('base64url') } : {}),
    ...contents(bucket, listing),
  };
}

export function listObjects(store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const listing = list(bucket, input, input.Marker);
  return {
    ...echo(bucket, input),
    Marker: input.Marker ?? '',
    IsTruncated: listing.isTruncated,
    ...(listing.isTruncated ? { NextMarker: listing.last } : {}),
    ...contents(bucket, listing),
  };
}

export function listObjectVersions(store: BucketStore, input: JsonObject): JsonObject {
  const bucket = store.of(input);
  const prefix = String(input.Prefix ?? '');
  const all = [...bucket.objects.keys()]
    .filter(key => key.startsWith(prefix))
    .sort()
    .flatMap(key => {
      const versions = bucket.objects.get(key) ?? [];
      return versions.toReversed().map(version => ({ version, isLatest: version === versions.at(-1) }));
    })
    .slice(0, pageSize(input));
  const write = ({ version, isLatest }: (typeof all)[number]) => ({
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: isLatest,
    LastModified: version.modifiedMs / 1000,
    ...(version.isDeleteMarker ? {} : { ETag: version.etag, Size: version.body.length, StorageClass: 'STANDARD' }),
  });
  return {
    ...echo(bucket, input),
    IsTruncated: false,
    Versions: all.filter(({ version }) => !version.isDeleteMarker).map(write),
    DeleteMarkers: all.filter(({ version }) => version.isDeleteMarker).map(write),
  };
}

function list(bucket: Bucket, input: JsonObject, afterValue: unknown): Listing {
  const prefix = String(input.Prefix ?? '');
  const delimiter = String(input.Delimiter ?? '');
  const after = String(afterValue ?? '');
  const limit = pageSize(input);
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const key of [...bucket.objects.keys()].sort()) {
    if (!key.startsWith(prefix) || key <= after || !currentObject(bucket, key)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === last || after.startsWith(common))) continue;
    if (keys.length + prefixes.length === limit) return { keys, prefixes, isTruncated: limit > 0, last };
    last = common ?? key;
    (common === undefined ? keys : prefixes).push(last);
  }
  return { keys, prefixes, isTruncated: false, last };
}

function contents(bucket: Bucket, { keys, prefixes }: Listing): JsonObject {
  return {
    Contents: keys.flatMap(key => {
      const object = currentObject(bucket, key);
      if (!object) return [];
      const { etag, body, modifiedMs } = object;
      return [{ Key: key, LastModified: modifiedMs / 1000, ETag: etag, Size: body.length, StorageClass: 'STANDARD' }];
    }),
    CommonPrefixes: prefixes.map(Prefix => ({ Prefix })),
  };
}

function echo(bucket: Bucket, input: JsonObject): JsonObject {
  return {
    Name: bucket.name,
    Prefix: input.Prefix ?? '',
    MaxKeys: pageSize(input),
    ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}

function pageSize(input: JsonObject): number {
  return Math.min(Number(input.MaxKeys ?? LARGEST_PAGE), LARGEST_PAGE);
}
