import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { s3Service } from '../../../local/services/s3/s3-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

/** What the event bus of a test does with entries. */
let putEvents: (input: JsonObject) => unknown = () => ({ FailedEntryCount: 0, Entries: [] });

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => {
    cloud.register(s3Service(cloud));
    cloud.register({
      name: 'events',
      wire: { protocol: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
      operations: { PutEvents: input => putEvents(input) },
    });
  }, options);
  removers.push(clouds.remove);
  return clouds.start();
}

const s3 = (running: RestartableCloud, operation: string, input: JsonObject = {}) =>
  running.call('s3', operation, { Bucket: 'bucket', ...input });
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Bytes that differ everywhere, so that pieces in the wrong order would be seen. */
function bytes(size: number, seed: number): Buffer {
  const body = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) body.writeUInt32LE(Math.imul(i + seed, 0x9e3779b1) >>> 0, i);
  return body;
}

/** Everything that can be read of a bucket. */
async function seen(running: RestartableCloud): Promise<unknown> {
  const versions = await s3(running, 'ListObjectVersions');
  const objects = [];
  for (const { Key, VersionId } of versions.Versions as { Key: string; VersionId: string }[])
    objects.push(await s3(running, 'GetObject', { Key, VersionId, ChecksumMode: 'ENABLED' }));
  const uploads = await s3(running, 'ListMultipartUploads');
  const parts = [];
  for (const { Key, UploadId } of uploads.Uploads as { Key: string; UploadId: string }[])
    parts.push(await s3(running, 'ListParts', { Key, UploadId }));
  return { versions, objects, uploads, parts, current: await s3(running, 'ListObjectsV2') };
}

describe('S3 after kill -9', () => {
  it('has its buckets with their settings, and not those that were deleted', async () => {
    const before = await start();
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
    };
    await s3(before, 'CreateBucket');
    await s3(before, 'CreateBucket', { Bucket: 'gone' });
    await before.clock.advance(1_000);
    await s3(before, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    await s3(before, 'PutBucketPolicy', { Policy: JSON.stringify(policy) });
    await s3(before, 'PutBucketNotificationConfiguration', {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
    await s3(before, 'DeleteBucket', { Bucket: 'gone' });

    const after = await before.restarted();

    for (const operation of [
      'ListBuckets',
      'GetBucketVersioning',
      'GetBucketPolicy',
      'GetBucketNotificationConfiguration',
    ])
      expect(await s3(after, operation)).toEqual(await s3(before, operation));
    expect(after.cloud.service('s3')?.resourcePolicy?.('arn:aws:s3:::bucket/key')).toEqual(policy);
    await s3(after, 'DeleteBucketPolicy');
    await expect(s3(await after.restarted(), 'GetBucketPolicy')).rejects.toMatchObject({ code: 'NoSuchBucketPolicy' });
  });

  it('has objects of every size, byte for byte, with headers, metadata and checksums', async () => {
    const before = await start({ snapshotAfterBytes: 100_000 });
    await s3(before, 'CreateBucket');
    for (const [index, size] of [0, 1, 65_536, 65_537, 4 * 1024 * 1024, 9_000_001].entries()) {
      await s3(before, 'PutObject', {
        Key: `a/b ü/${index}`,
        Body: bytes(size, index).toString('base64'),
        ContentType: 'text/x',
        Metadata: { size: String(size) },
        ChecksumAlgorithm: 'SHA256',
      });
      await before.journal.settled();
    }
    const after = await before.restarted();
    expect(await seen(after)).toEqual(await seen(before));
    const again = await after.restarted();
    expect(await seen(again)).toEqual(await seen(before));
  });

  it('has versions in their order, also when the null version was replaced by a younger one', async () => {
    const before = await start();
    await s3(before, 'CreateBucket');
    const put = (text: string) => s3(before, 'PutObject', { Key: 'k', Body: base64(text) });
    const versioning = (Status: string) => s3(before, 'PutBucketVersioning', { VersioningConfiguration: { Status } });
    await put('null 1');
    await before.journal.settled();
    await versioning('Enabled');
    await put('version');
    await s3(before, 'DeleteObject', { Key: 'k' });
    await versioning('Suspended');
    await put('null 2');

    const after = await before.restarted();
    expect(await seen(after)).toEqual(await seen(before));
    expect(await s3(after, 'GetObject', { Key: 'k' })).toMatchObject({ Body: base64('null 2') });
    await s3(after, 'DeleteObject', { Key: 'k', VersionId: 'null' });
    await expect(s3(await after.restarted(), 'GetObject', { Key: 'k' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  it('goes on with a multipart upload, and writes the parts no second time when it is completed', async () => {
    const before = await start();
    await s3(before, 'CreateBucket');
    const { UploadId } = await s3(before, 'CreateMultipartUpload', { Key: 'big', Metadata: { a: 'b' } });
    const part = (running: RestartableCloud, PartNumber: number, size: number) =>
      s3(running, 'UploadPart', {
        Key: 'big',
        UploadId,
        PartNumber,
        Body: bytes(size, PartNumber).toString('base64'),
      });
    const first = await part(before, 1, 5 * 1024 * 1024);
    await part(before, 2, 100);

    const after = await before.restarted();
    expect(await seen(after)).toEqual(await seen(before));
    const second = await part(after, 2, 200); // in the place of the first try
    await part(after, 3, 300); // uploaded, but not wanted
    await after.journal.settled();
    const last = await after.restarted();
    const parts = [first, second].map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }));
    await s3(last, 'CompleteMultipartUpload', { Key: 'big', UploadId, MultipartUpload: { Parts: parts } });

    const done = await last.restarted();
    expect(await seen(done)).toEqual(await seen(last));
    const { Body } = await s3(done, 'GetObject', { Key: 'big' });
    expect(Body).toBe(Buffer.concat([bytes(5 * 1024 * 1024, 1), bytes(200, 2)]).toString('base64'));
    // the parts written once, in base64
    const { sizeBytes } = done.journal.summary;
    expect(sizeBytes).toBeLessThan(((5 * 1024 * 1024 + 600) * 4) / 3 + 10_000);
    expect(done.journal.summary.records).toMatchObject({ 's3/blobs': 3, 's3/objects': 1 });
  });

  it('keeps the bytes that a copy shares with its original for as long as one of them is there', async () => {
    const before = await start();
    await s3(before, 'CreateBucket');
    await s3(before, 'PutObject', { Key: 'a', Body: bytes(100_000, 1).toString('base64') });
    await s3(before, 'CopyObject', { Key: 'b', CopySource: 'bucket/a' });
    await before.journal.settled();
    await s3(before, 'DeleteObject', { Key: 'a' });

    const after = await before.restarted();
    expect(await s3(after, 'GetObject', { Key: 'b' })).toMatchObject({ Body: bytes(100_000, 1).toString('base64') });
    await s3(after, 'DeleteObject', { Key: 'b' });
    const last = await after.restarted();
    expect(last.journal.summary.records).not.toHaveProperty('s3/blobs');
  });

  it('tells the event bus what it had not been told, once', async () => {
    const before = await start();
    await s3(before, 'CreateBucket');
    await s3(before, 'PutBucketNotificationConfiguration', {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
    putEvents = () => ({});
    await s3(before, 'PutObject', { Key: 'told', Body: base64('x') });
    await before.clock.settle();
    putEvents = () => new Promise(() => {}); // the process ends before the bus has answered
    await s3(before, 'PutObject', { Key: 'untold', Body: base64('x') });
    await before.clock.settle();

    const keys: string[] = [];
    putEvents = ({ Entries }) => {
      for (const { Detail } of Entries as { Detail: string }[]) keys.push(JSON.parse(Detail).object.key);
    };
    const after = await before.restarted();
    await after.clock.advance(0);
    expect(keys).toEqual(['untold']);
    await (await after.restarted()).clock.advance(0);
    expect(keys).toEqual(['untold']);
  });
});

const key = fc.constantFrom('a', 'b', 'dir/c');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), key, size: fc.constantFrom(3, 70_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteVersion' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy' as const), key, from: key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('versioning' as const), on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('upload' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('part' as const),
      pick: fc.nat(),
      number: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('complete' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function carryOut(running: RestartableCloud, action: Step, seed: number): Promise<void> {
  const picked = async (operation: string, list: string): Promise<JsonObject | undefined> => {
    const all = (await s3(running, operation))[list] as JsonObject[];
    return 'pick' in action ? all[action.pick % Math.max(1, all.length)] : undefined;
  };
  switch (action.kind) {
    case 'put':
      await s3(running, 'PutObject', { Key: action.key, Body: bytes(action.size, seed).toString('base64') });
      return;
    case 'delete':
      await s3(running, 'DeleteObject', { Key: action.key });
      return;
    case 'copy':
      await s3(running, 'CopyObject', {
        Key: action.key,
        CopySource: `bucket/${action.from}`,
        MetadataDirective: 'REPLACE',
      });
      return;
    case 'versioning':
      await s3(running, 'PutBucketVersioning', {
        VersioningConfiguration: { Status: action.on ? 'Enabled' : 'Suspended' },
      });
      return;
    case 'upload':
      await s3(running, 'CreateMultipartUpload', { Key: action.key });
      return;
    case 'settle':
      await running.journal.settled();
      return;
    case 'deleteVersion': {
      const version = await picked('ListObjectVersions', 'Versions');
      if (version) await s3(running, 'DeleteObject', { Key: version.Key, VersionId: version.VersionId });
      return;
    }
    default:
      await changeUpload(running, action, await picked('ListMultipartUploads', 'Uploads'));
  }
}

async function changeUpload(
  running: RestartableCloud,
  action: Extract<Step, { kind: 'part' | 'complete' | 'abort' }>,
  upload: JsonObject | undefined,
): Promise<void> {
  if (!upload) return;
  const of = { Key: upload.Key, UploadId: upload.UploadId };
  if (action.kind === 'part') {
    const Body = base64(`${action.number} ${action.pick}`);
    await s3(running, 'UploadPart', { ...of, PartNumber: action.number, Body });
  } else if (action.kind === 'abort') {
    await s3(running, 'AbortMultipartUpload', of);
  } else {
    const [last] = ((await s3(running, 'ListParts', of)).Parts as JsonObject[]).slice(-1); // smaller ones may not come first
    await s3(running, 'CompleteMultipartUpload', { ...of, MultipartUpload: { Parts: [last] } });
  }
}

describe.each([undefined, 20_000])('A bucket (snapshot after %s bytes)', snapshotAfterBytes => {
  it('is after kill -9 what it was, and nothing is left of what was deleted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
        await s3(before, 'CreateBucket');
        for (const [index, action] of steps.entries()) await carryOut(before, action, index).catch(() => {}); // some are refused
        const after = await before.restarted();
        expect(await seen(after)).toEqual(await seen(before));
        // all that is there is deleted: no bytes may stay
        const { Versions, DeleteMarkers } = await s3(after, 'ListObjectVersions');
        for (const { Key, VersionId } of [...(Versions as JsonObject[]), ...(DeleteMarkers as JsonObject[])])
          await s3(after, 'DeleteObject', { Key, VersionId });
        await s3(after, 'DeleteBucket');
        const last = await after.restarted();
        expect(last.journal.summary.records).toEqual({});
        for (const remove of removers.splice(0)) await remove();
      }),
      { numRuns: 25, seed: 20260101 },
    );
  });
});
