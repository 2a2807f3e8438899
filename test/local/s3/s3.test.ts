import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { permissions } from '../../../local/services/s3/permissions.ts';
import { s3Service } from '../../../local/services/s3/s3-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

async function newBucket() {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  cloud.register(s3Service(cloud));
  const events: JsonObject[] = [];
  cloud.register({
    name: 'events',
    wire: { protocol: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    operations: {
      PutEvents: (input, call) => {
        events.push({ ...input, by: call.principal });
        return { FailedEntryCount: 0 };
      },
    },
  });
  const call = (operation: string, input: JsonObject = {}) =>
    cloud.call({ service: 's3', operation, input: { Bucket: 'bucket', ...input }, principal: OPERATOR });
  const put = (Key: string, text: string, more: JsonObject = {}) =>
    call('PutObject', { Key, Body: Buffer.from(text).toString('base64'), ...more });
  const get = async (Key: string, more: JsonObject = {}) =>
    Buffer.from(String((await call('GetObject', { Key, ...more })).Body), 'base64').toString();
  await call('CreateBucket');
  return { cloud, call, put, get, events };
}

test('a conditional write succeeds for the first of two writers, and for who has read the latest', async () => {
  const { put, get } = await newBucket();
  const { ETag } = await put('k', 'one', { IfNoneMatch: '*' });
  await expect(put('k', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
  await put('k', 'three', { IfMatch: ETag });
  await expect(put('k', 'four', { IfMatch: ETag })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(put('none', 'x', { IfMatch: ETag })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
  expect(await get('k')).toBe('three');
});

test.each([
  ['bytes=0-1', 'ab'],
  ['bytes=3-', 'de'],
  ['bytes=-2', 'de'],
  ['bytes=2-99', 'cde'],
  ['lines=1-2', 'abcde'],
])('GetObject answers the range %s', async (Range, expected) => {
  const { put, get } = await newBucket();
  await put('k', 'abcde');
  expect(await get('k', { Range })).toBe(expected);
  await expect(get('k', { Range: 'bytes=5-' })).rejects.toMatchObject({ code: 'InvalidRange', status: 416 });
});

test('GetObject with conditions answers only what has changed', async () => {
  const { call, put } = await newBucket();
  const { ETag } = await put('k', 'abc');
  await expect(call('GetObject', { Key: 'k', IfNoneMatch: ETag })).rejects.toMatchObject({ status: 304 });
  await expect(call('GetObject', { Key: 'k', IfMatch: '"other"' })).rejects.toMatchObject({ status: 412 });
});

test('ListObjectsV2 pages through keys and common prefixes, each once, in order', async () => {
  const { call, put } = await newBucket();
  for (const key of ['a', 'b/1', 'b/2', 'c/1', 'd', 'e/1']) await put(key, key);
  const seen: string[] = [];
  let token: unknown;
  do {
    const page = await call('ListObjectsV2', {
      Delimiter: '/',
      MaxKeys: 2,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    seen.push(...(page.Contents as { Key: string }[]).map(({ Key }) => Key));
    seen.push(...(page.CommonPrefixes as { Prefix: string }[]).map(({ Prefix }) => Prefix));
    expect(page.KeyCount).toBeLessThanOrEqual(2);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(seen.sort()).toEqual(['a', 'b/', 'c/', 'd', 'e/']);
  const below = await call('ListObjectsV2', { Prefix: 'b/', StartAfter: 'b/1' });
  expect(below).toMatchObject({ KeyCount: 1, IsTruncated: false, Contents: [{ Key: 'b/2', Size: 3 }] });
});

test('a bucket with versions keeps what is overwritten and deleted', async () => {
  const { call, put, get } = await newBucket();
  await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
  const first = await put('k', 'one');
  await put('k', 'two');
  const marker = await call('DeleteObject', { Key: 'k' });
  await expect(get('k')).rejects.toMatchObject({ code: 'NoSuchKey' });
  expect(await get('k', { VersionId: first.VersionId })).toBe('one');
  expect(await call('ListObjectsV2')).toMatchObject({ KeyCount: 0 });
  expect(await call('ListObjectVersions')).toMatchObject({
    Versions: [{ IsLatest: false }, {}],
    DeleteMarkers: [{ IsLatest: true }],
  });
  await call('DeleteObject', { Key: 'k', VersionId: marker.VersionId });
  expect(await get('k')).toBe('two');
});

test('a multipart upload becomes one object, of the parts that its completion lists, in order', async () => {
  const { call, get } = await newBucket();
  const large = 'x'.repeat(5 * 1024 * 1024);
  const { UploadId } = await call('CreateMultipartUpload', { Key: 'k', Metadata: { Owner: 'me' } });
  const part = async (PartNumber: number, text: string) => {
    const { ETag } = await call('UploadPart', {
      Key: 'k',
      UploadId,
      PartNumber,
      Body: Buffer.from(text).toString('base64'),
    });
    return { PartNumber, ETag };
  };
  const complete = (...Parts: JsonObject[]) =>
    call('CompleteMultipartUpload', { Key: 'k', UploadId, MultipartUpload: { Parts } });
  const [second, first, small] = [await part(2, 'end'), await part(1, large), await part(3, 'unlisted')];
  await expect(complete(second, first)).rejects.toMatchObject({ code: 'InvalidPartOrder' });
  await expect(complete(second, small)).rejects.toMatchObject({ code: 'EntityTooSmall' });
  await expect(complete({ PartNumber: 1, ETag: 'other' })).rejects.toMatchObject({ code: 'InvalidPart' });
  expect(await complete(first, second)).toMatchObject({ ETag: expect.stringMatching(/^"[0-9a-f]{32}-2"$/) });
  expect(await get('k')).toBe(`${large}end`);
  expect((await call('HeadObject', { Key: 'k' })).Metadata).toEqual({ owner: 'me' });
  await expect(complete(first)).rejects.toMatchObject({ code: 'NoSuchUpload' });
});

test('a copy takes metadata along unless it is replaced, and refuses to copy onto itself', async () => {
  const { call, put, get } = await newBucket();
  await put('a b', 'text', { ContentType: 'text/plain', Metadata: { x: '1' } });
  await call('CopyObject', { Key: 'copy', CopySource: '/bucket/a%20b' });
  expect(await call('HeadObject', { Key: 'copy' })).toMatchObject({ ContentType: 'text/plain', Metadata: { x: '1' } });
  await call('CopyObject', {
    Key: 'copy',
    CopySource: 'bucket/copy',
    MetadataDirective: 'REPLACE',
    Metadata: { y: '2' },
  });
  expect(await call('HeadObject', { Key: 'copy' })).toMatchObject({ Metadata: { y: '2' } });
  expect(await get('copy')).toBe('text');
  await expect(call('CopyObject', { Key: 'copy', CopySource: 'bucket/copy' })).rejects.toMatchObject({
    code: 'InvalidRequest',
  });
});

test('a body that is not what its checksum says is refused and not kept', async () => {
  const { put, get } = await newBucket();
  for (const sum of [
    { ChecksumCRC32: 'AAAAAA==' },
    { ChecksumSHA256: 'x' },
    { ChecksumCRC32C: 'AAAAAA==' },
    { ContentMD5: 'x' },
  ]) {
    await expect(put('k', 'abc', sum)).rejects.toMatchObject({ code: 'BadDigest' });
  }
  await put('k', '123456789', { ChecksumCRC32C: '4waSgw==', ChecksumCRC32: 'y/Q5Jg==' });
  expect(await get('k')).toBe('123456789');
});

test('objects that come and go are told to the default bus, if the bucket is set to', async () => {
  const { call, put, events } = await newBucket();
  await put('before', 'x');
  await call('PutBucketNotificationConfiguration', { NotificationConfiguration: { EventBridgeConfiguration: {} } });
  await put('k', 'abc');
  await call('DeleteObject', { Key: 'k' });
  const entries = events.flatMap(({ Entries }) => Entries as JsonObject[]);
  expect(entries.map(({ Source, DetailType }) => [Source, DetailType])).toEqual([
    ['aws.s3', 'Object Created'],
    ['aws.s3', 'Object Deleted'],
  ]);
  expect(JSON.parse(String(entries[0]?.Detail))).toMatchObject({
    bucket: { name: 'bucket' },
    object: { key: 'k', size: 3 },
    reason: 'PutObject',
  });
  expect(events[0]?.by).toMatchObject({ kind: 'service', service: 's3.amazonaws.com' });
});

test('the default bus is told of delete markers: made, and deleted for good', async () => {
  const { call, put, events } = await newBucket();
  await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
  await put('k', 'abc');
  await call('PutBucketNotificationConfiguration', { NotificationConfiguration: { EventBridgeConfiguration: {} } });
  const { VersionId } = await call('DeleteObject', { Key: 'k' });
  await call('DeleteObject', { Key: 'k', VersionId });
  const details = events.flatMap(({ Entries }) =>
    (Entries as JsonObject[]).map(({ Detail }) => JSON.parse(String(Detail))),
  );
  expect(details.map(detail => [detail['deletion-type'], detail.object['version-id']])).toEqual([
    ['Delete Marker Created', VersionId],
    ['Permanently Deleted', VersionId],
  ]);
});

test('an object is said to be encrypted, and what its checksum is of', async () => {
  const { call, put } = await newBucket();
  const shown = { ServerSideEncryption: 'AES256', ChecksumCRC32: 'rfPzYw==', ChecksumType: 'FULL_OBJECT' };
  expect(await put('k', 'data', { ChecksumCRC32: 'rfPzYw==' })).toMatchObject(shown);
  expect(await call('HeadObject', { Key: 'k', ChecksumMode: 'ENABLED' })).toMatchObject(shown);
  expect(await put('plain', 'data')).not.toHaveProperty('ChecksumType');
});

test.each([
  ['GetObject', { Bucket: 'none', Key: 'k' }, 'NoSuchBucket'],
  ['GetObject', { Key: 'none' }, 'NoSuchKey'],
  ['PutObject', { Key: 'k'.repeat(1025) }, 'KeyTooLongError'],
  ['CreateBucket', { Bucket: 'Upper_Case' }, 'InvalidBucketName'],
  ['CreateBucket', {}, 'BucketAlreadyOwnedByYou'],
  ['GetBucketPolicy', {}, 'NoSuchBucketPolicy'],
  ['PutBucketPolicy', { Policy: '{' }, 'MalformedPolicy'],
])('%s refuses %j with %s', async (operation, input, code) => {
  const { call } = await newBucket();
  await expect(call(operation, input)).rejects.toMatchObject({ code });
});

test('S3’s actions are not always called like its operations', () => {
  expect(permissions('HeadObject', { Bucket: 'b', Key: 'k' })).toEqual([
    { action: 's3:GetObject', resources: ['arn:aws:s3:::b/k'] },
  ]);
  expect(permissions('GetObject', { Bucket: 'b', Key: 'k', VersionId: 'v' })[0]?.action).toBe('s3:GetObjectVersion');
  expect(permissions('ListObjectsV2', { Bucket: 'b' })).toEqual([
    { action: 's3:ListBucket', resources: ['arn:aws:s3:::b'] },
  ]);
  expect(permissions('UploadPart', { Bucket: 'b', Key: 'k' })[0]?.action).toBe('s3:PutObject');
});
