import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handler } from '../../../lambdas/collector/handler.ts';
import type { HttpRequest } from '../../../lambdas/runtime/http.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const kinesis = mockClient(KinesisClient);
const post = async (body: unknown) => {
  const headers = { 'content-type': 'application/json', 'millrace-backfill': 'true' };
  const answer = await handler({ headers, body: JSON.stringify(body) } as unknown as HttpRequest); // what is read
  return { ...answer, body: JSON.parse(answer.body ?? '') };
};

beforeEach(() => {
  kinesis.reset();
  kinesis.on(PutRecordsCommand).callsFake(({ Records }) => ({
    Records: Records.map(() => ({ SequenceNumber: '1', ShardId: 's' })),
  }));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const names = ['STREAM_NAME', 'OVERFLOW_QUEUE_URL', 'QUARANTINE_BUCKET'];
  for (const name of [...names, 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('collector handler says field, value and reason in the problem itself when everything was refused', async () => {
  expect(await post({ ...pageViewed(), data: { url: 5 } })).toMatchObject({
    statusCode: 400,
    headers: { 'content-type': 'application/problem+json' },
    body: { status: 400, field: 'data.url', value: 5, reason: 'must be string', refused: 1 },
  });
});

it('collector handler answers 207 with a problem for the bad event of a mixed batch only', async () => {
  const { statusCode, body } = await post([pageViewed(), { ...pageViewed(), data: {} }]);
  expect(statusCode).toBe(207);
  expect(body).not.toHaveProperty('reason');
  expect(body.results).toMatchObject([
    { status: 'accepted' },
    { problem: { field: 'data.url', reason: 'is required' } },
  ]);
});
