import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { s3Service } from '../../../local/services/s3/s3-service.ts';
import { decodeChunked } from '../../../local/services/s3/wire/aws-chunked.ts';
import { parseXml } from '../../../local/services/s3/wire/parse-xml.ts';
import { route } from '../../../local/services/s3/wire/route.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { router } from '../../../local/wire/router.ts';
import { listen, type WireServer } from '../../../local/wire/server.ts';

let server: WireServer;
let client: S3Client;

beforeEach(async () => {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  cloud.register(s3Service(cloud));
  server = await listen(router(cloud, { principalOf: () => undefined }), { port: 0 });
  client = new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const at = (Key: string) => ({ Bucket: 'bucket', Key });

test('the S3 client puts and gets bytes, metadata and awkward keys, with its own checksums', async () => {
  const key = 'a b/ü+&<>.json';
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const put = await client.send(
    new PutObjectCommand({ ...at(key), Body: body, ContentType: 'text/x', Metadata: { Owner: 'me' } }),
  );
  expect(put).toMatchObject({ ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/), ChecksumCRC32: 'KQWMcw==' });
  const got = await client.send(new GetObjectCommand(at(key)));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(body);
  expect(got).toMatchObject({ ContentType: 'text/x', ContentLength: 256, Metadata: { owner: 'me' }, ETag: put.ETag });
  const part = await client.send(new GetObjectCommand({ ...at(key), Range: 'bytes=65-67' }));
  expect(await part.Body?.transformToString()).toBe('ABC');
  expect(part.ContentRange).toBe('bytes 65-67/256');
  const head = await client.send(new HeadObjectCommand(at(key)));
  expect(head).toMatchObject({ ContentLength: 256, LastModified: new Date(Date.UTC(2026, 0, 1)) });
  await client.send(new CopyObjectCommand({ ...at('copy'), CopySource: `bucket/${encodeURIComponent(key)}` }));
  const listed = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
  expect(listed.Contents?.map(object => object.Key)).toEqual([key, 'copy']);
  const deleted = await client.send(
    new DeleteObjectsCommand({ Bucket: 'bucket', Delete: { Objects: [{ Key: key }, { Key: 'copy' }] } }),
  );
  expect(deleted.Deleted?.map(object => object.Key)).toEqual([key, 'copy']);
  expect((await client.send(new ListBucketsCommand())).Buckets).toEqual([
    { Name: 'bucket', CreationDate: new Date(Date.UTC(2026, 0, 1)) },
  ]);
});

test('the S3 client streams a body of chunks with its checksum last', async () => {
  const chunks = Readable.from(['one ', 'two ', 'three'].map(text => Buffer.from(text)));
  await client.send(new PutObjectCommand({ ...at('stream'), Body: chunks, ContentLength: 13 }));
  const got = await client.send(new GetObjectCommand(at('stream')));
  expect(await got.Body?.transformToString()).toBe('one two three');
  expect(got.ContentEncoding).toBeUndefined();
});

test('the S3 client sees AWS’s errors by name', async () => {
  await expect(client.send(new GetObjectCommand(at('none')))).rejects.toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(client.send(new HeadObjectCommand(at('none')))).rejects.toMatchObject({ name: 'NotFound' });
  await client.send(new PutObjectCommand({ ...at('k'), Body: 'x', IfNoneMatch: '*' }));
  await expect(client.send(new PutObjectCommand({ ...at('k'), Body: 'x', IfNoneMatch: '*' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });
});

test('decodeChunked takes signatures and trailers, and refuses a body that breaks off', () => {
  const raw = '3;chunk-signature=ab\r\nabc\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n';
  expect(decodeChunked(Buffer.from(raw))).toEqual({
    body: Buffer.from('abc'),
    trailers: { 'x-amz-checksum-crc32': 'NSRBwg==' },
  });
  expect(() => decodeChunked(Buffer.from('5\r\nabc'))).toThrow('terminated unexpectedly');
});

test('parseXml reads entities and repeated elements, and refuses what does not close', () => {
  const root = parseXml(Buffer.from('<?xml version="1.0"?><A xmlns="x"><B>1 &amp; &#x41;</B><B/><C a="1">t</C></A>'));
  expect(root.children.B?.map(({ text }) => text)).toEqual(['1 & A', '']);
  expect(() => parseXml(Buffer.from('<A><B></A>'))).toThrow('not well-formed');
  expect(() => parseXml(Buffer.from(''))).toThrow('not well-formed');
});

test.each([
  ['GET', 'bucket.localhost:4700', '/k/x', '', { operation: 'GetObject', bucket: 'bucket', key: 'k/x' }],
  ['GET', 'b.c.s3.eu-west-1.amazonaws.com', '/', 'list-type=2', { operation: 'ListObjectsV2', bucket: 'b.c', key: '' }],
  ['GET', 's3.eu-west-1.amazonaws.com', '/b/', '', { operation: 'ListObjects', bucket: 'b', key: '' }],
  ['PUT', '127.0.0.1:1', '/b/k', 'partNumber=1&uploadId=x', { operation: 'UploadPart', bucket: 'b', key: 'k' }],
  ['GET', 'localhost:4700', '/', '', { operation: 'ListBuckets', bucket: '', key: '' }],
])('route finds %s http://%s%s?%s', (method, host, path, query, expected) => {
  const request = { method, path, query: new URLSearchParams(query), headers: { host }, body: Buffer.alloc(0) };
  expect(route(request)).toEqual(expected);
});

test('route refuses a subresource that it does not know, rather than taking the request for a plain one', () => {
  const request = {
    method: 'PUT',
    path: '/b/k',
    query: new URLSearchParams('tagging'),
    headers: {},
    body: Buffer.alloc(0),
  };
  expect(() => route(request)).toThrow('?tagging is not supported');
});
