import { describe, expect, it } from 'vitest';
import type { AppendOutcome, CloudEvent, QuarantinedRecord } from '../../../core/index.ts';
import { parseBehaviourEvent } from '../../../domains/behaviour/events/ingest-contracts.ts';
import { type CollectDependencies, collect } from '../../../lambdas/collector/collect.ts';
import { MAX_EVENT_BYTES } from '../../../lambdas/collector/judge-event.ts';
import { readEvents, readOptions } from '../../../lambdas/collector/read-request.ts';
import { type HttpRequest, RequestProblem } from '../../../lambdas/runtime/http.ts';
import { behaviourEvent, NINE_O_CLOCK_MS, pageViewed } from '../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../support/fixed-ports.ts';

/** Ports that note what they are given. */
function door(log: (event: CloudEvent) => AppendOutcome['status'] = () => 'appended', overflows = true) {
  const appended: CloudEvent[] = [];
  const waiting: CloudEvent[] = [];
  const quarantined: QuarantinedRecord[] = [];
  const dependencies: CollectDependencies = {
    clock: steppingClock(NINE_O_CLOCK_MS),
    ids: seededUlids(1),
    parse: parseBehaviourEvent,
    warn: () => {},
    log: {
      append: async events =>
        events.map((event): AppendOutcome => {
          if (log(event) === 'failed') return { status: 'failed', code: 'ProvisionedThroughputExceededException' };
          appended.push(event);
          return { status: 'appended' };
        }),
    },
    overflow: {
      async keep(events) {
        if (overflows) waiting.push(...events);
        return events.map(() => overflows);
      },
    },
    quarantine: {
      async keep(record) {
        quarantined.push(record);
        return true;
      },
    },
  };
  return { appended, waiting, quarantined, dependencies };
}

const refuse = { onInvalid: 'refuse', backfill: false } as const;

describe('collect', () => {
  it('stamps accepted events with arrival, partition key and acceptance and keeps everything else', async () => {
    const { dependencies, appended } = door();
    const event = { ...pageViewed(), tenantid: 't1', shopversion: 3 };
    const report = await collect([event], refuse, dependencies);
    expect(report).toMatchObject({
      accepted: 1,
      refused: 0,
      results: [{ index: 0, id: event.id, status: 'accepted' }],
    });
    const stamps = { partitionkey: 'visitor-1', ingestedtime: '2026-03-01T09:00:00.000Z' };
    expect(appended).toEqual([{ ...event, ...stamps, acceptance: expect.stringMatching(/^[0-9a-z]{10}$/) }]);
  });

  it('names each acceptance anew, also of one event twice in a request, and lets no producer choose', async () => {
    const { dependencies, appended } = door();
    const event = { ...pageViewed(), acceptance: 'mine' };
    await collect([event, event], refuse, dependencies);
    await collect([event], refuse, dependencies);
    const names = appended.map(({ acceptance }) => acceptance);
    expect(new Set(names).size).toBe(3);
    expect(names).not.toContain('mine');
  });

  it('keeps the good events of a mixed batch and answers each in its place', async () => {
    const { dependencies, appended } = door();
    const zero = behaviourEvent('behaviour.cart.item-added.v1', {
      product: 'p',
      quantity: 0,
      unitPrice: 1,
      currency: 'GBP',
    });
    const unknown = { ...pageViewed(), type: 'behaviour.page.seen.v1' };
    const report = await collect([pageViewed(0), zero, unknown, 'text', pageViewed(1)], refuse, dependencies);
    expect(report).toMatchObject({ accepted: 2, refused: 3, quarantined: 0 });
    expect(report.results.map(({ index, status }) => [index, status])).toEqual([
      [0, 'accepted'],
      [1, 'refused'],
      [2, 'refused'],
      [3, 'refused'],
      [4, 'accepted'],
    ]);
    expect(report.results[1]?.problem).toMatchObject({
      index: 1,
      field: 'data.quantity',
      value: 0,
      reason: 'must be >= 1',
    });
    expect(report.results[2]?.problem).toMatchObject({ index: 2, field: 'type', value: 'behaviour.page.seen.v1' });
    expect(appended).toHaveLength(2);
  });

  it('refuses facts: only the platform says them', async () => {
    const report = await collect(
      [{ ...pageViewed(), type: 'behaviour.purchase.made.v1' }],
      refuse,
      door().dependencies,
    );
    expect(report.results[0]?.problem?.reason).toMatch(/^unknown type/);
  });

  it.each([
    ['5 minutes ahead', 5, false, 'accepted'],
    ['more than 5 minutes ahead', 6, false, 'refused'],
    ['7 days old', -7 * 24 * 60, false, 'accepted'],
    ['more than 7 days old', -7 * 24 * 60 - 1, false, 'refused'],
    ['years old with backfill', -5_000_000, true, 'accepted'],
    ['ahead, even with backfill', 6, true, 'refused'],
  ])('takes or refuses events %s', async (_, minute, backfill, status) => {
    const report = await collect([pageViewed(minute)], { onInvalid: 'refuse', backfill }, door().dependencies);
    expect(report.results[0]?.status).toBe(status);
    if (status === 'refused') expect(report.results[0]?.problem?.field).toBe('time');
  });

  it('refuses an event that is too large for the hops behind', async () => {
    const event = behaviourEvent('behaviour.page.viewed.v1', { url: '/' });
    const large = { ...event, data: { url: '/', extra: 'x'.repeat(MAX_EVENT_BYTES) } };
    const report = await collect([large], refuse, door().dependencies);
    expect(report.results[0]?.problem?.value).toBeGreaterThan(MAX_EVENT_BYTES);
    expect(report.results[0]?.problem?.reason).toMatch(/^an event must be at most 245760 bytes, received 24/);
  });

  it.each([
    ['half a character', { url: '/\ud83d' }, 'data.url'],
    ['a noncharacter that SQS refuses', { url: '/', extra: ['a', '\uffff'] }, 'data.extra[1]'],
    ['half a character in a name', { url: '/', '\ud83d': 1 }, 'data'],
  ])('refuses %s, which a later hop would stop at', async (_, data, field) => {
    const { dependencies } = door();
    const report = await collect([{ ...pageViewed(), data }, pageViewed()], refuse, dependencies);
    expect(report).toMatchObject({ accepted: 1, refused: 1 });
    expect(report.results[0]?.problem).toMatchObject({ field, reason: expect.stringMatching(/well-formed Unicode/) });
  });

  it('refuses an event that is nested without end, and keeps the good ones beside it', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const { dependencies } = door();
    for (const bad of [deep, { ...pageViewed(), extra: deep }, { ...pageViewed(), data: { url: '/', deep } }]) {
      const report = await collect([bad, pageViewed()], { onInvalid: 'quarantine', backfill: false }, dependencies);
      expect(report).toMatchObject({ accepted: 1 });
      expect(report.results[0]?.problem?.reason).toBe('must be nested at most 64 levels deep');
    }
  });

  it('never repeats more than 200 characters of what was sent', async () => {
    const long = 'x'.repeat(100_000);
    const bad = [
      { ...pageViewed(), time: long },
      { ...pageViewed(), [long]: 1 },
      { ...pageViewed(), type: long },
      behaviourEvent('behaviour.page.viewed.v1', { url: long }),
      behaviourEvent('behaviour.page.viewed.v1', { url: 7 as unknown as string }),
      long,
    ];
    const { results } = await collect(bad, refuse, door().dependencies);
    for (const { problem } of results) {
      expect(problem).toHaveProperty('value');
      for (const text of [problem?.field, problem?.value, problem?.reason]) {
        expect(String(text).length).toBeLessThanOrEqual(200);
      }
    }
    expect(results[4]?.problem).toMatchObject({ field: 'data.url', value: 7, reason: 'must be string' });
  });

  it('says why events had to go to the overflow queue', async () => {
    const { dependencies } = door(() => 'failed');
    const warned: unknown[] = [];
    await collect([pageViewed()], refuse, { ...dependencies, warn: (_, details) => warned.push(details) });
    expect(warned).toEqual([{ events: 1, codes: ['ProvisionedThroughputExceededException'] }]);
  });

  it('quarantines invalid events with their reason when asked to', async () => {
    const { dependencies, quarantined } = door();
    const bad = { ...pageViewed(), time: 'yesterday' };
    const report = await collect([bad, pageViewed()], { onInvalid: 'quarantine', backfill: false }, dependencies);
    expect(report).toMatchObject({ accepted: 1, refused: 0, quarantined: 1 });
    expect(report.results[0]).toMatchObject({ status: 'quarantined', problem: { field: 'time' } });
    expect(quarantined).toMatchObject([{ hop: 'collector', field: 'time', received: bad }]);
  });

  it('quarantines many at once: a request of 500 bad events has to end before its caller gives up', async () => {
    const { dependencies } = door();
    let open = 0;
    let most = 0;
    const keep = async () => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open -= 1;
      return true;
    };
    const bad = Array.from({ length: 100 }, () => 'bad');
    const options = { onInvalid: 'quarantine', backfill: false } as const;
    const report = await collect(bad, options, { ...dependencies, quarantine: { keep } });
    expect(report.results.map(({ index }) => index)).toEqual(bad.map((_, index) => index));
    expect(most).toBe(16);
  });

  it('refuses an invalid event that could not be quarantined: nothing is said that is not so', async () => {
    const { dependencies } = door();
    const broken = { ...dependencies, quarantine: { keep: () => Promise.reject(new Error('no bucket')) } };
    const report = await collect(['bad'], { onInvalid: 'quarantine', backfill: false }, broken);
    expect(report).toMatchObject({ quarantined: 0, refused: 1 });
  });

  it('accepts events that wait in the overflow queue', async () => {
    const { dependencies, waiting } = door(event => (event.subject === 'b' ? 'failed' : 'appended'));
    const report = await collect([pageViewed(0, 'a'), pageViewed(0, 'b')], refuse, dependencies);
    expect(report).toMatchObject({ accepted: 2, overflowed: 1 });
    expect(waiting.map(event => event.subject)).toEqual(['b']);
  });

  it('refuses, for now, what neither log nor overflow took', async () => {
    const { dependencies } = door(event => (event.subject === 'b' ? 'failed' : 'appended'), false);
    const report = await collect([pageViewed(0, 'a'), pageViewed(0, 'b')], refuse, dependencies);
    expect(report).toMatchObject({ accepted: 1, refused: 1, overflowed: 0 });
    expect(report.results[1]?.problem).toMatchObject({ status: 503, reason: expect.stringContaining('send it again') });
  });

  it('accepts both of two equal events: the fold knows them', async () => {
    const event = pageViewed();
    expect(await collect([event, event], refuse, door().dependencies)).toMatchObject({ accepted: 2 });
  });
});

describe('readEvents', () => {
  const request = (body: string, contentType = 'application/json', more: Partial<HttpRequest> = {}) =>
    ({ headers: { 'Content-Type': contentType }, body, ...more }) as unknown as HttpRequest; // the members that are read
  const problemOf = (bad: HttpRequest) => {
    try {
      readEvents(bad);
    } catch (error) {
      return (error as RequestProblem).problem;
    }
    return undefined;
  };

  it('takes one event or a batch, plain or in base64', () => {
    expect(readEvents(request('{"id":1}'))).toEqual([{ id: 1 }]);
    expect(readEvents(request('[1,2]', 'application/cloudevents-batch+json; charset=utf-8'))).toEqual([1, 2]);
    const encoded = Buffer.from('[1]').toString('base64');
    expect(readEvents(request(encoded, 'application/json', { isBase64Encoded: true }))).toEqual([1]);
  });

  it.each([
    ['malformed JSON, with the place', request('{"id":1,\n}'), 400, /line 2, column 1 \(offset 9\)/],
    ['a body that ends too early', request('[{"id":1}'), 400, /unexpected end/],
    ['no body', request(''), 400, /not JSON/],
    ['an empty batch', request('[]'), 400, /at least one/],
    ['501 events', request(JSON.stringify(Array(501).fill({}))), 413, /at most 500 events, received 501/],
    ['a body over 1 MB', request(`"${'x'.repeat(1024 * 1024)}"`), 413, /at most 1048576 bytes, received 1048578/],
    ['XML', request('<a/>', 'text/xml'), 415, /must be one of application\/json/],
    ['a batch that is none', request('{}', 'application/cloudevents-batch+json'), 400, /JSON array/],
  ])('refuses %s', (_, bad, status, detail) => {
    expect(problemOf(bad)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['a broken body, from where it breaks', request('{"id":nope}'), 'body', 'nope}'],
    ['the content type', request('{}', 'text/xml'), 'content-type', 'text/xml'],
    ['a content type without end', request('{}', 'x'.repeat(9_000)), 'content-type', `${'x'.repeat(199)}…`],
    ['the number of events', request(JSON.stringify(Array(501).fill({}))), 'body', 501],
    ['the size', request(`"${'x'.repeat(1024 * 1024)}"`), 'body', 1_048_578],
  ])('names the field and the value of %s', (_, bad, field, value) => {
    expect(problemOf(bad)).toMatchObject({ field, value, reason: expect.any(String) });
  });

  it('takes an event whose attributes are in headers, with JSON of any name', () => {
    const headers = {
      'Ce-SpecVersion': '1.0',
      'ce-id': '1',
      'ce-subject': 'caf%C3%A9',
      'content-type': 'application/json',
    };
    const event = { specversion: '1.0', id: '1', subject: 'café', datacontenttype: 'application/json', data: [1] };
    expect(readEvents({ headers, body: '[1]' } as unknown as HttpRequest)).toEqual([event]);
  });

  it.each([
    ['malformed data', { 'content-type': 'application/json' }, '{"a":nope}', 400, 'body', 'nope}'],
    ['a broken header', { 'ce-subject': 'a%' }, '', 400, 'ce-subject', 'a%'],
    [
      'another character set',
      { 'content-type': 'text/plain; charset=utf-16' },
      'x',
      415,
      'content-type',
      'text/plain; charset=utf-16',
    ],
  ])('refuses %s beside attributes in headers', (_, more, body, status, field, value) => {
    const bad = { headers: { 'ce-specversion': '1.0', ...more }, body } as unknown as HttpRequest;
    expect(problemOf(bad)).toMatchObject({ status, field, value });
  });

  it('reads options, and refuses unknown ones', () => {
    const asks = (onInvalid: string, headers: Record<string, string> = {}) =>
      readOptions({ headers, queryStringParameters: { onInvalid } } as unknown as HttpRequest);
    expect(asks('quarantine', { 'millrace-backfill': 'true' })).toEqual({ onInvalid: 'quarantine', backfill: true });
    expect(() => asks('drop')).toThrow(RequestProblem);
  });
});
