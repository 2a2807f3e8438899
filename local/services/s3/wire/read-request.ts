/** Turns an HTTP request into the members of the operation's input. */
import type { HttpRequest, JsonObject } from '../../../cloud/service.ts';
import { CHECKSUM_MEMBERS } from '../checksum.ts';
import { OBJECT_HEADERS } from '../operations/object-headers.ts';
import { decodeChunked } from './aws-chunked.ts';
import { childText, parseXml } from './parse-xml.ts';
import type { Route } from './route.ts';

const METADATA_PREFIX = 'x-amz-meta-';

const HEADERS: Readonly<Record<string, string>> = {
  ...OBJECT_HEADERS,
  'content-md5': 'ContentMD5',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  range: 'Range',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-copy-source': 'CopySource',
  'x-amz-copy-source-if-match': 'CopySourceIfMatch',
  'x-amz-copy-source-if-none-match': 'CopySourceIfNoneMatch',
  'x-amz-metadata-directive': 'MetadataDirective',
};
const DATE_HEADERS: Readonly<Record<string, string>> = {
  'if-modified-since': 'IfModifiedSince',
  'if-unmodified-since': 'IfUnmodifiedSince',
};
const QUERY: Readonly<Record<string, string>> = {
  'continuation-token': 'ContinuationToken',
  delimiter: 'Delimiter',
  'encoding-type': 'EncodingType',
  marker: 'Marker',
  'max-keys': 'MaxKeys',
  partNumber: 'PartNumber',
  prefix: 'Prefix',
  'start-after': 'StartAfter',
  uploadId: 'UploadId',
  versionId: 'VersionId',
};
/** Header by API member: `ChecksumCRC32` → `x-amz-checksum-crc32`. */
export const CHECKSUM_HEADERS: ReadonlyMap<string, string> = new Map(
  CHECKSUM_MEMBERS.map(member => [member, `x-amz-checksum-${member.replace('Checksum', '').toLowerCase()}`]),
);

export function readRequest({ operation, bucket, key }: Route, request: HttpRequest): JsonObject {
  const input: Record<string, unknown> = {};
  if (bucket !== '') input.Bucket = bucket;
  if (key !== '') input.Key = key;
  for (const [name, member] of Object.entries(QUERY)) {
    const value = request.query.get(name);
    if (value !== null) input[member] = value;
  }
  const { body, headers } = unwrap(request);
  readHeaders(headers, input);
  readBody(operation, body, input);
  return input;
}

/** Takes the body out of its chunks; trailing headers then count as headers. */
function unwrap({ headers, body }: HttpRequest): Pick<HttpRequest, 'headers' | 'body'> {
  const isChunked =
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true ||
    headers['content-encoding']?.includes('aws-chunked') === true;
  if (!isChunked) return { headers, body };
  const decoded = decodeChunked(body);
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '' && part !== 'aws-chunked');
  return { body: decoded.body, headers: { ...headers, ...decoded.trailers, 'content-encoding': encoding.join(', ') } };
}

function readHeaders(headers: HttpRequest['headers'], input: Record<string, unknown>): void {
  for (const [name, member] of Object.entries(HEADERS)) {
    if (headers[name] !== undefined && headers[name] !== '') input[member] = headers[name];
  }
  for (const [name, member] of Object.entries(DATE_HEADERS)) {
    if (headers[name] !== undefined) input[member] = Date.parse(headers[name]) / 1000;
  }
  for (const [member, name] of CHECKSUM_HEADERS) if (headers[name] !== undefined) input[member] = headers[name];
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith(METADATA_PREFIX));
  if (metadata.length > 0) {
    input.Metadata = Object.fromEntries(metadata.map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]));
  }
}

function readBody(operation: string, body: Buffer, input: Record<string, unknown>): void {
  switch (operation) {
    case 'PutObject':
    case 'UploadPart':
      input.Body = body.toString('base64');
      return;
    case 'PutBucketPolicy':
      input.Policy = body.toString('utf8');
      return;
    case 'DeleteObjects':
      input.Delete = readDelete(body);
      return;
    case 'CompleteMultipartUpload':
      input.MultipartUpload = {
        Parts: (parseXml(body).children.Part ?? []).map(part => ({
          PartNumber: Number(childText(part, 'PartNumber')),
          ETag: childText(part, 'ETag'),
        })),
      };
      return;
    case 'PutBucketVersioning':
      input.VersioningConfiguration = { Status: childText(parseXml(body), 'Status') };
      return;
    case 'PutBucketNotificationConfiguration':
      input.NotificationConfiguration = Object.fromEntries(
        Object.keys(parseXml(body).children).map(name => [name, {}]),
      );
      return;
  }
}

function readDelete(body: Buffer): JsonObject {
  const root = parseXml(body);
  return {
    Quiet: childText(root, 'Quiet') === 'true',
    Objects: (root.children.Object ?? []).map(object => ({
      Key: childText(object, 'Key'),
      VersionId: childText(object, 'VersionId'),
      ETag: childText(object, 'ETag'),
    })),
  };
}
