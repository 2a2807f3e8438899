import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { TerminalError, ThrottledError } from '../../../../core/index.ts';
import { s3ClaimCheck, s3ClaimCheckReader } from '../../../../lambdas/adapters/claim-check-s3.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const s3 = mockClient(S3Client);
const client = new S3Client({ region: 'eu-west-1' });
const redeem = s3ClaimCheckReader(client, 'claims');

function holding(text: string) {
  const Body = Object.assign(Readable.from([]), { transformToString: async () => text });
  s3.on(GetObjectCommand).resolves({ Body } as never); // the one member that is read
}

beforeEach(() => s3.reset());

describe('s3ClaimCheck', () => {
  it('leaves an event whole and gives back its envelope, which the reader redeems', async () => {
    s3.on(PutObjectCommand).resolves({});
    const event = pageViewed();
    const check = await s3ClaimCheck(client, 'claims').leave(event);
    expect(check).not.toHaveProperty('data');
    const put = s3.commandCalls(PutObjectCommand)[0]?.args[0].input;
    holding(String(put?.Body));
    expect(await redeem(check.dataref ?? '')).toEqual(event);
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({ Bucket: 'claims', Key: put?.Key });
  });
});

describe('s3ClaimCheckReader', () => {
  it.each([
    'https://claims/claim-check/a.json',
    's3://another/claim-check/a.json',
    's3://claims-too/claim-check/a.json',
    's3://claims/unpublishable/a.json',
    '',
  ])('fetches nothing from %j: anybody may put a reference on the bus', async dataref => {
    await expect(redeem(dataref)).rejects.toThrow(TerminalError);
    expect(s3.calls()).toHaveLength(0);
  });

  it('tells what is gone for good from what may come back', async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ $metadata: {}, message: 'gone' }));
    await expect(redeem('s3://claims/claim-check/a.json')).rejects.toThrow(
      /^Cannot redeem claim check: .* holds no event/,
    );
    s3.reset();
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('busy'), { name: 'SlowDown' }));
    await expect(redeem('s3://claims/claim-check/a.json')).rejects.toThrow(ThrottledError);
    s3.reset();
    holding('{"id":');
    await expect(redeem('s3://claims/claim-check/a.json')).rejects.toThrow(TerminalError);
  });
});
