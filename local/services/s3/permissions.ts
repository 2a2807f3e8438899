/** What each operation needs to be allowed; many do not bear the name of their action. */
import type { JsonObject, Permission } from '../../cloud/service.ts';
import { bucketArn } from './bucket.ts';
import { copySource } from './operations/copy-object.ts';

const ON_OBJECT: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'AbortMultipartUpload',
  CompleteMultipartUpload: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteObject: 'DeleteObject',
  GetObject: 'GetObject',
  HeadObject: 'GetObject',
  ListParts: 'ListMultipartUploadParts',
  PutObject: 'PutObject',
  UploadPart: 'PutObject',
};

const ON_BUCKET: Readonly<Record<string, string>> = {
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  HeadBucket: 'ListBucket',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
};

/** Actions that have a name of their own for a version of an object. */
const VERSIONED = new Set(['GetObject', 'DeleteObject']);

export function permissions(operation: string, input: JsonObject): Permission[] {
  const bucket = bucketArn(String(input.Bucket ?? ''));
  const onKey = (key: unknown) => `${bucket}/${String(key ?? '')}`;
  if (operation === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resources: ['*'] }];
  if (operation === 'DeleteObjects') return [{ action: 's3:DeleteObject', resources: deletedKeys(input).map(onKey) }];
  if (operation === 'CopyObject') {
    const { Bucket, Key } = copySource(input);
    return [
      { action: 's3:GetObject', resources: [`${bucketArn(Bucket)}/${Key}`] },
      { action: 's3:PutObject', resources: [onKey(input.Key)] },
    ];
  }
  const action = ON_OBJECT[operation];
  if (action === undefined) return [{ action: `s3:${ON_BUCKET[operation] ?? operation}`, resources: [bucket] }];
  const suffix = VERSIONED.has(action) && input.VersionId !== undefined ? 'Version' : '';
  return [{ action: `s3:${action}${suffix}`, resources: [onKey(input.Key)] }];
}

function deletedKeys(input: JsonObject): unknown[] {
  const request = input.Delete;
  const objects: unknown =
    typeof request === 'object' && request !== null && 'Objects' in request ? request.Objects : [];
  return Array.isArray(objects) ? objects.map(object => object?.Key) : [];
}
