import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AppendOutcome, CloudEvent, QuarantinedRecord } from '../../../core/index.ts';
import { parseIngestedEvent } from '../../../domains/ingest-contracts.ts';
import type { CollectReport } from '../../../lambdas/collector/collect.ts';
import { answerSegment, type SegmentDependencies } from '../../../lambdas/collector/segment.ts';
import { MAX_BATCH_BYTES, MAX_MESSAGE_BYTES, MAX_MESSAGES } from '../../../lambdas/collector/segment-request.ts';
import type { HttpRequest } from '../../../lambdas/runtime/http.ts';
import { NINE_O_CLOCK_MS } from '../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../support/fixed-ports.ts';
import {
  browserBatch,
  browserCall,
  serverBatch,
  type TrackerRequest,
  WRITE_KEY,
} from '../../support/segment-requests.ts';

/** Ports that note what they are given. @param failing positions in an append that the log does not take */
function door({ writeKeys = [] as string[], failing = (_: CloudEvent): boolean => false } = {}) {
  const appended: CloudEvent[] = [];
  const quarantined: QuarantinedRecord[] = [];
  const reports: CollectReport[] = [];
  const dependencies: SegmentDependencies = {
    clock: steppingClock(NINE_O_CLOCK_MS),
    ids: seededUlids(1),
    parse: parseIngestedEvent,
    warn: () => {},
    writeKeys: new Set(writeKeys),
    count: report => reports.push(report),
    log: {
      append: async events =>
        events.map((event): AppendOutcome => {
          if (failing(event)) return { status: 'failed', code: 'ProvisionedThroughputExceededException' };
          appended.push(event);
          return { status: 'appended' };
        }),
    },
    overflow: { keep: async events => events.map(() => false) },
    quarantine: {
      async keep(record) {
        quarantined.push(record);
        return true;
      },
    },
  };
  const send = async (request: Partial<Sent>) => {
    const {
      path = '/v1/track',
      method = 'POST',
      headers = { 'content-type': 'application/json' },
      body = {},
    } = request;
    const bytes = Buffer.isBuffer(body) ? { body: body.toString('base64'), isBase64Encoded: true } : undefined;
    const answer = await answerSegment(
      {
        headers,
        pathParameters: { call: path.split('/').at(-1) },
        requestContext: { http: { method } },
        ...(bytes ?? { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      } as unknown as HttpRequest, // what is read of it
      dependencies,
    );
    const text = answer.body ?? '';
    return { status: answer.statusCode, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { appended, quarantined, reports, send };
}

interface Sent extends Omit<TrackerRequest, 'body'> {
  readonly method: string;
  readonly body: object | string | Buffer;
}

const played = { type: 'track', event: 'Song Played', userId: 'u-1', messageId: 'm-1' };
const batchOf = (...batch: unknown[]) => ({ path: '/v1/batch', body: { batch } });

describe('answerSegment', () => {
  it.each([
    ['a call of a browser', browserCall('page', NINE_O_CLOCK_MS)],
    ['a batch of a browser', browserBatch(NINE_O_CLOCK_MS, [{ type: 'page' }, played])],
    ['a batch of a server', serverBatch(NINE_O_CLOCK_MS, [{ type: 'identify' }, played])],
  ])('takes %s, and lets pages of every origin read the answer', async (_, request) => {
    const { send, appended, quarantined } = door({ writeKeys: ['another', WRITE_KEY] });
    const answer = await send(request);
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } });
    expect(answer.body).toEqual({ success: true, accepted: appended.length });
    expect(appended.length).toBeGreaterThan(0);
    expect(quarantined).toEqual([]);
    expect(JSON.stringify(appended)).not.toContain(WRITE_KEY);
  });

  it.each(['track', 't', 'identify', 'i', 'page', 'p', 'screen', 's', 'group', 'g', 'alias', 'a'])(
    'answers /v1/%s, whatever the body says that it is',
    async path => {
      const { send, appended } = door();
      const body = { ...played, type: 'nonsense', groupId: 'g', previousId: 'before', name: 'Home' };
      expect((await send({ path: `/v1/${path}`, body })).body).toEqual({ success: true, accepted: 1 });
      expect(appended).toHaveLength(1);
    },
  );

  it.each(['batch', 'b', 'import'])('answers /v1/%s with any number of messages, none included', async path => {
    const { send, appended } = door();
    expect((await send({ path: `/v1/${path}`, body: { batch: [] } })).body).toEqual({ success: true, accepted: 0 });
    await send({ path: `/v1/${path}`, body: { batch: [played, { ...played, messageId: 'm-2' }] } });
    expect(appended).toHaveLength(2);
  });

  it('keeps the good messages of a batch, quarantines the wrong ones as they came, and names them', async () => {
    const { send, appended, quarantined, reports } = door();
    const wrong = {
      type: 'track',
      event: 'Product Added',
      userId: 'u',
      messageId: 'm-2',
      properties: { sku: 'a', price: -1 },
    };
    const answer = await send(batchOf(played, wrong, 'text', { ...played, messageId: 'm-4' }));
    expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 2 } });
    expect(answer.body.problems).toEqual([
      { index: 1, messageId: 'm-2', status: 'quarantined', field: 'data.unitPrice', value: -1, reason: 'must be >= 0' },
      { index: 2, status: 'quarantined', field: '', value: 'text', reason: expect.stringMatching(/object/) },
    ]);
    expect(appended).toHaveLength(2);
    expect(quarantined.map(({ received, reason }) => [received, reason])).toEqual([
      [wrong, 'must be >= 0'],
      ['text', expect.any(String)],
    ]);
    expect(reports).toMatchObject([{ accepted: 2, quarantined: 2, refused: 0 }]);
  });

  it('says 400 when no message was good, for whoever is writing the tracker', async () => {
    const { send, quarantined } = door();
    const answer = await send({ body: { event: 'Song Played' } });
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'invalid_request' } });
    expect(answer.body.message).toBe('userId: is required, or anonymousId');
    expect(quarantined).toHaveLength(1);
  });

  it('makes a tracker send everything again when something could not be taken now, and knows again what it took', async () => {
    const busy = { now: true };
    const { send, appended } = door({ failing: ({ data }) => busy.now && JSON.stringify(data).includes('m-2') });
    const sent = (sentAt: string) => ({ ...batchOf(played, { ...played, messageId: 'm-2' }), sentAt });
    const answer = await send(sent('2026-03-01T09:00:00Z'));
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { success: false, accepted: 1 },
    });
    expect(answer.body.problems).toMatchObject([{ index: 1, messageId: 'm-2', status: 'refused' }]);
    busy.now = false;
    expect(await send(sent('2026-03-01T09:00:01Z'))).toMatchObject({ status: 200, body: { accepted: 2 } });
    const first = appended.filter(({ id }) => id === appended[0]?.id);
    expect(first).toHaveLength(2);
  });

  it('takes what is older than the door lets pass elsewhere, and nothing from the future', async () => {
    const { send, appended } = door();
    const at = (timestamp: string) => send({ body: { ...played, timestamp } });
    expect((await at('2012-12-02T00:30:12.984Z')).status).toBe(200);
    expect(appended[0]?.time).toBe('2012-12-02T00:30:12.984Z');
    expect(await at('2031-01-01T00:00:00Z')).toMatchObject({ status: 400, body: { problems: [{ field: 'time' }] } });
  });

  it('reads compressed bodies, and does not unfold more than may be sent', async () => {
    const { send, appended } = door();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const zipped = (value: unknown) => ({ headers, path: '/v1/b', body: gzipSync(JSON.stringify(value)) });
    expect((await send(zipped({ batch: [played] }))).status).toBe(200);
    expect(appended).toHaveLength(1);
    const bomb = await send(zipped({ batch: [], padding: ' '.repeat(50_000_000) }));
    expect(bomb).toMatchObject({ status: 400, body: { message: expect.stringMatching(/at most 512000 bytes/) } });
    expect(await send({ headers, body: played })).toMatchObject({ status: 400, body: { field: 'body' } });
    expect(await send({ headers: { 'content-encoding': 'br' }, body: played })).toMatchObject({ status: 415 });
  });

  it('refuses what is larger than the protocol allows with 400, so that no library tries again', async () => {
    const { send, quarantined } = door();
    const padding = 'x'.repeat(MAX_MESSAGE_BYTES);
    expect(await send({ body: { ...played, padding } })).toMatchObject({ status: 400, body: { field: 'body' } });
    const mixed = await send(batchOf(played, { ...played, padding }));
    expect(mixed).toMatchObject({
      status: 200,
      body: { accepted: 1, problems: [{ index: 1, reason: expect.stringMatching(/32768 bytes/) }] },
    });
    expect(quarantined).toHaveLength(1);
    expect(await send(batchOf('x'.repeat(MAX_BATCH_BYTES)))).toMatchObject({ status: 400 });
    expect(await send(batchOf(...Array(MAX_MESSAGES + 1).fill(1)))).toMatchObject({
      status: 400,
      body: { field: 'batch' },
    });
  });

  it.each<[string, Partial<Sent>, number, RegExp]>([
    ['is no JSON', { body: '{"event": ' }, 400, /not JSON.*line 1/],
    ['is no object', { body: '[1]' }, 400, /JSON object/],
    ['has no batch', { path: '/v1/batch', body: played }, 400, /array of messages/],
    ['asks for what there is not', { path: '/v1/m', body: { series: [] } }, 404, /one of track/],
  ])('says what is wrong with a request that %s', async (_, request, status, reason) => {
    const { send, reports } = door();
    const answer = await send(request);
    expect(answer).toMatchObject({ status, headers: { 'access-control-allow-origin': '*' }, body: { success: false } });
    expect(answer.body.message).toMatch(reason);
    expect(reports).toEqual([]);
  });

  it('cannot be brought down by a message that nests too deep', async () => {
    const { send } = door();
    const deep = `{"type":"track","event":"x","userId":"u","properties":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    expect(await send({ body: deep })).toMatchObject({
      status: 400,
      body: { problems: [{ reason: expect.stringMatching(/nested/) }] },
    });
  });

  it('lets a browser ask before it sends', async () => {
    const answer = await door({ writeKeys: ['k'] }).send({ method: 'OPTIONS' });
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': expect.stringContaining('authorization'),
      },
    });
  });
});

describe('answerSegment with write keys', () => {
  const basic = (user: string) => ({ headers: { Authorization: `Basic ${Buffer.from(user).toString('base64')}` } });

  it.each([
    ['as the user of basic authentication', { ...basic('k-1:'), body: played }],
    ['without the colon, as old libraries do', { ...basic('k-2'), body: played }],
    ['in the body', { body: { ...played, writeKey: 'k-1' } }],
    ['in the body, beside a token', { headers: { authorization: 'Bearer t' }, body: { ...played, writeKey: 'k-1' } }],
  ])('takes a known key %s', async (_, request) => {
    expect((await door({ writeKeys: ['k-1', 'k-2'] }).send(request)).status).toBe(200);
  });

  it.each([
    ['none', { body: played }],
    ['a wrong one', { body: { ...played, writeKey: 'k-3' } }],
    ['two at once', { body: { ...played, writeKey: 'k-1,k-2' } }],
    ['a wrong user, however good the body', { ...basic('k-3:'), body: { ...played, writeKey: 'k-1' } }],
    ['one that is no text', { body: { ...played, writeKey: ['k-1'] } }],
  ])('answers 401 for %s, and keeps nothing', async (_, request) => {
    const { send, appended, quarantined } = door({ writeKeys: ['k-1', 'k-2'] });
    expect(await send(request)).toMatchObject({
      status: 401,
      body: { success: false, code: 'unauthorized', field: 'writeKey' },
    });
    expect([appended, quarantined]).toEqual([[], []]);
  });
});
