/** Turns an operation's output into an HTTP response. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { HttpResponse, JsonObject } from '../../../cloud/service.ts';
import { element, escapeXml } from '../../../wire/xml.ts';
import { OBJECT_HEADERS } from '../operations/object-headers.ts';
import { CHECKSUM_HEADERS } from './read-request.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const NO_CONTENT = new Set([
  'AbortMultipartUpload',
  'DeleteBucket',
  'DeleteBucketPolicy',
  'DeleteObject',
  'PutBucketPolicy',
]);
/** Operations whose whole answer stands in headers. */
const HEADERS_ONLY = new Set(['CreateBucket', 'HeadBucket', 'HeadObject', 'PutObject', 'UploadPart', ...NO_CONTENT]);
/** The root element, where it is not `<operation>Result`. */
const ROOTS: Readonly<Record<string, string>> = {
  CreateMultipartUpload: 'InitiateMultipartUploadResult',
  DeleteObjects: 'DeleteResult',
  GetBucketNotificationConfiguration: 'NotificationConfiguration',
  GetBucketVersioning: 'VersioningConfiguration',
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjects: 'ListBucketResult',
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
};
/** List members that XML calls otherwise, and whose items stand beside each other. */
const FLAT_LISTS: Readonly<Record<string, string>> = {
  DeleteMarkers: 'DeleteMarker',
  Errors: 'Error',
  Parts: 'Part',
  Uploads: 'Upload',
  Versions: 'Version',
};
const TIMES = new Set(['CreationDate', 'Initiated', 'LastModified']);
/** What `EncodingType: url` is about. */
const ENCODED = new Set(['Delimiter', 'Key', 'Marker', 'NextMarker', 'Prefix', 'StartAfter']);

const RESPONSE_HEADERS: readonly (readonly [member: string, header: string])[] = [
  ...Object.entries(OBJECT_HEADERS).map(([header, member]) => [member, header] as const),
  ...CHECKSUM_HEADERS,
  ['AcceptRanges', 'accept-ranges'],
  ['BucketRegion', 'x-amz-bucket-region'],
  ['ChecksumType', 'x-amz-checksum-type'],
  ['ContentRange', 'content-range'],
  ['DeleteMarker', 'x-amz-delete-marker'],
  ['ETag', 'etag'],
  ['Location', 'location'],
  ['ServerSideEncryption', 'x-amz-server-side-encryption'],
  ['VersionId', 'x-amz-version-id'],
];

export function writeResponse(operation: string, output: JsonObject): HttpResponse {
  if (operation === 'GetObject') {
    const body = Buffer.from(String(output.Body), 'base64');
    return { status: output.ContentRange === undefined ? 200 : 206, headers: headersOf(output), body };
  }
  if (HEADERS_ONLY.has(operation)) {
    const headers = headersOf(output);
    if (operation === 'HeadObject') headers['content-length'] = String(output.ContentLength);
    return { status: NO_CONTENT.has(operation) ? 204 : 200, headers, body: '' };
  }
  if (operation === 'GetBucketPolicy') {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: String(output.Policy) };
  }
  const versionId = output.VersionId;
  const headers = {
    'content-type': 'application/xml',
    ...(typeof versionId === 'string' ? { 'x-amz-version-id': versionId } : {}),
  };
  return { status: 200, headers, body: xmlOf(operation, output) };
}

export function writeError(error: unknown, request: { resource: string; requestId: string }): HttpResponse {
  const known = error instanceof AwsError;
  const status = known ? error.status : 500;
  const headers = { 'content-type': 'application/xml', 'x-amz-request-id': request.requestId };
  if (status === 304) return { status, headers, body: '' };
  const members = {
    Code: known ? error.code : 'InternalError',
    Message: error instanceof Error ? error.message : String(error),
    ...(known ? error.fields : {}),
    Resource: request.resource,
    RequestId: request.requestId,
  };
  return {
    status,
    headers,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', membersXml(members, false))}`,
  };
}

function headersOf(output: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, header] of RESPONSE_HEADERS) {
    const value = output[member];
    if (value !== undefined) headers[header] = String(value);
  }
  if (typeof output.LastModified === 'number')
    headers['last-modified'] = new Date(output.LastModified * 1000).toUTCString();
  for (const [name, value] of Object.entries(output.Metadata ?? {})) headers[`x-amz-meta-${name}`] = String(value);
  return headers;
}

function xmlOf(operation: string, output: JsonObject): string {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (operation === 'GetBucketLocation') {
    return `${declaration}<LocationConstraint xmlns="${NAMESPACE}">${escapeXml(String(output.LocationConstraint))}</LocationConstraint>`;
  }
  const root = ROOTS[operation] ?? `${operation}Result`;
  const { Buckets: list, CopyObjectResult: copied, ...rest } = output;
  const members = {
    ...(copied === undefined ? rest : { ...copied }),
    ...(Array.isArray(list) ? { Buckets: { Bucket: list } } : {}),
  };
  return `${declaration}<${root} xmlns="${NAMESPACE}">${membersXml(members, output.EncodingType === 'url')}</${root}>`;
}

function membersXml(members: JsonObject, isUrlEncoded: boolean): string {
  return Object.entries(members)
    .map(([name, value]) => memberXml(name, value, isUrlEncoded))
    .join('');
}

function memberXml(name: string, value: unknown, isUrlEncoded: boolean): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map(item => memberXml(FLAT_LISTS[name] ?? name, item, isUrlEncoded)).join('');
  if (typeof value === 'object' && value !== null) return element(name, membersXml({ ...value }, isUrlEncoded));
  if (TIMES.has(name) && typeof value === 'number') return element(name, new Date(value * 1000).toISOString());
  const text = String(value);
  return element(
    name,
    escapeXml(isUrlEncoded && ENCODED.has(name) ? encodeURIComponent(text).replaceAll('%2F', '/') : text),
  );
}
