/** Which operation a request asks for, by method, path and query. */
import type { HttpRequest } from '../../../cloud/service.ts';
import { badRequest, s3Error } from '../s3-error.ts';

export interface Route {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

type Table = Readonly<Record<string, readonly (readonly [subresource: string, operation: string])[]>>;

/** The first subresource that the query has decides; `''` is the request without one. */
const ON_BUCKET: Table = {
  GET: [
    ['location', 'GetBucketLocation'],
    ['versioning', 'GetBucketVersioning'],
    ['policy', 'GetBucketPolicy'],
    ['notification', 'GetBucketNotificationConfiguration'],
    ['versions', 'ListObjectVersions'],
    ['uploads', 'ListMultipartUploads'],
    ['list-type', 'ListObjectsV2'],
    ['', 'ListObjects'],
  ],
  HEAD: [['', 'HeadBucket']],
  PUT: [
    ['versioning', 'PutBucketVersioning'],
    ['policy', 'PutBucketPolicy'],
    ['notification', 'PutBucketNotificationConfiguration'],
    ['', 'CreateBucket'],
  ],
  POST: [['delete', 'DeleteObjects']],
  DELETE: [
    ['policy', 'DeleteBucketPolicy'],
    ['', 'DeleteBucket'],
  ],
};

const ON_OBJECT: Table = {
  GET: [
    ['uploadId', 'ListParts'],
    ['', 'GetObject'],
  ],
  HEAD: [['', 'HeadObject']],
  PUT: [
    ['partNumber', 'UploadPart'],
    ['', 'PutObject'],
  ],
  POST: [
    ['uploads', 'CreateMultipartUpload'],
    ['uploadId', 'CompleteMultipartUpload'],
  ],
  DELETE: [
    ['uploadId', 'AbortMultipartUpload'],
    ['', 'DeleteObject'],
  ],
};

/** Subresources that would change what a plain request means: not to be taken for one. */
const UNSUPPORTED = [
  'accelerate', 'acl', 'analytics', 'attributes', 'cors', 'encryption', 'inventory', 'legal-hold', 'lifecycle', 'logging',
  'metrics', 'object-lock', 'ownershipControls', 'publicAccessBlock', 'replication', 'requestPayment', 'restore', 'retention',
  'select', 'tagging', 'torrent', 'website',
]; // biome-ignore format: rows

export function route(request: HttpRequest): Route {
  const { bucket, key } = locate(request);
  const unsupported = UNSUPPORTED.find(name => request.query.has(name));
  if (unsupported !== undefined) {
    throw badRequest('NotImplemented', `The subresource ?${unsupported} is not supported by the embedded cloud`);
  }
  if (bucket === '') return { operation: 'ListBuckets', bucket, key };
  const table = key === '' ? ON_BUCKET : ON_OBJECT;
  const found = table[request.method]?.find(([subresource]) => subresource === '' || request.query.has(subresource));
  if (!found) throw s3Error('MethodNotAllowed', { Method: request.method });
  const [, operation] = found;
  if (request.headers['x-amz-copy-source'] === undefined) return { operation, bucket, key };
  if (operation === 'PutObject') return { operation: 'CopyObject', bucket, key };
  throw badRequest('NotImplemented', 'Copying a part is not supported by the embedded cloud');
}

/** The bucket stands in the host (`bucket.localhost`, `bucket.s3.region.amazonaws.com`) or begins the path. */
function locate({ path, headers }: HttpRequest): { bucket: string; key: string } {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const [, hosted] = /^(.+)\.(?:localhost|s3[.-][a-z0-9.-]*amazonaws\.com)$/.exec(host) ?? [];
  const decoded = decodeURIComponent(path.slice(1));
  if (hosted !== undefined && hosted !== 's3') return { bucket: hosted, key: decoded };
  const slash = decoded.indexOf('/');
  return slash < 0 ? { bucket: decoded, key: '' } : { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}
