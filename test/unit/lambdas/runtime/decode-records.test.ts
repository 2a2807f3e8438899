import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type CloudEvent, type EventContract, eventProblem, shardName, sight } from '../../../../core/index.ts';
import { recordDecoder } from '../../../../lambdas/runtime/decode-records.ts';
import { eventReader } from '../../../../lambdas/runtime/event-reader.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const contract = { type: 'behaviour.page.viewed.v1', problemOf: () => undefined };
const isWanted = (event: CloudEvent): event is CloudEvent => event.subject !== 'unwanted';
const decoder = (contracts: readonly EventContract[] = [contract]) =>
  recordDecoder({ ...eventReader(contracts), domain: 'behaviour', accepts: isWanted });

function record(data: string | Uint8Array, { sequence = '1', shard = 'shardId-000000000000' } = {}) {
  const kinesis = {
    sequenceNumber: sequence,
    approximateArrivalTimestamp: 1_790_000_000.25,
    data: Buffer.from(data).toString('base64'),
  };
  return { eventID: `${shard}:${sequence}`, kinesis } as KinesisStreamRecord; // as far as it is read
}

const event = pageViewed();
const withUrl = (url: string) => ({ ...event, data: { url } });

describe('recordDecoder', () => {
  it('reads every script, of small records and large ones, in one batch', () => {
    const urls = ['/', '/é', '/日本', '/😀', '/"\\\n\t', 'x'.repeat(70_000), 'é'.repeat(70_000), '/last'];
    const batch = urls.map((url, index) => record(JSON.stringify(withUrl(url)), { sequence: String(index) }));
    const { events, undecodable } = decoder()(batch);
    expect(undecodable).toEqual([]);
    expect(events.map(({ event: read }) => read)).toEqual(urls.map(withUrl));
    expect(events.map(({ sequence }) => sequence)).toEqual(urls.map((_, index) => String(index)));
    expect(events[0]).toMatchObject({ arrivedAtMs: 1_790_000_000_250, shard: shardName('shardId-000000000000') });
  });

  it('leaves out what is not wanted, once it was judged', () => {
    const isBad = (data: unknown) => JSON.stringify(data) === '{"url":"/bad"}';
    const problemOf = (data: unknown) => (isBad(data) ? eventProblem('data', data, 'is bad') : undefined);
    const read = decoder([{ ...contract, problemOf }]);
    const others = Array.from({ length: 300 }, (_, index) => ({
      ...withUrl(`/${index}`),
      subject: index % 2 === 0 ? 'unwanted' : 'wanted',
    }));
    const batch = [...others, { ...withUrl('/bad'), subject: 'unwanted' }].map((each, index) =>
      record(JSON.stringify(each), { sequence: String(index) }),
    );
    const { events, undecodable } = read(batch);
    expect(events.map(({ event: { subject } }) => subject)).toEqual(Array(150).fill('wanted'));
    expect(undecodable).toMatchObject([{ problem: { field: 'data', reason: 'is bad' } }]);
  });

  it('tells what is not JSON, not portable or no event, each by itself, and goes on', () => {
    const good = JSON.stringify(event);
    const halves = [good.slice(0, 50), good.slice(50)];
    const lone = good.replace('"/"', '"\\ud800"');
    const deep = good.replace('"/"', `${'['.repeat(5000)}${']'.repeat(5000)}`);
    const texts = [good, ...halves, `${good},${good}`, '', lone, deep, '"text"', '\ufeff{}', good];
    const batch = texts.map((text, index) => record(text, { sequence: String(index) }));
    const { events, undecodable } = decoder()(batch);
    expect(events.map(({ sequence }) => sequence)).toEqual(['0', '9']);
    expect(undecodable.map(({ received }) => received).slice(0, 4)).toEqual([...halves, `${good},${good}`, '']);
    expect(undecodable.map(({ problem }) => problem.reason)).toEqual([
      ...Array.from({ length: 4 }, () => 'the record is not JSON'),
      expect.stringContaining('well-formed Unicode'),
      expect.stringContaining('nested at most'),
      'must be a JSON object (a CloudEvent)',
      'the record is not JSON',
    ]);
    expect(undecodable[4]?.received).toBe(lone); // as the text that it came in
    expect(undecodable[5]?.received).toBe(deep);
  });

  it('takes bytes that are no UTF-8 for what they are, also where a record ends in the middle of a character', () => {
    const bytes = Buffer.from(JSON.stringify(withUrl('/é')));
    const at = bytes.indexOf(0xc3);
    const cut = bytes.subarray(0, at + 1);
    const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 2)]);
    const { events, undecodable } = decoder()([record(cut), record(broken), record(bytes)]);
    expect(undecodable.map(({ received }) => received)).toEqual([cut.toString('utf8')]);
    expect(events.map(({ event: read }) => read.data)).toEqual([{ url: '/\ufffd' }, { url: '/é' }]);
  });

  it('lets events of other domains pass by, and judges what names none', () => {
    const typed = (type: unknown) => record(JSON.stringify({ ...event, type }));
    const batch = [typed('travel.trip.requested.v1'), typed('behaviour.page.left.v1'), typed('behaviourx'), typed(7)];
    const { events, undecodable } = decoder()([...batch, ...batch]);
    expect(events).toEqual([]);
    expect(undecodable.map(({ problem }) => problem.field)).toEqual(['type', 'type', 'type', 'type', 'type', 'type']);
  });

  it('names the shard of each record, should a batch hold more than one', () => {
    const shards = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000000'];
    const { events } = decoder()(shards.map(shard => record(JSON.stringify(event), { shard })));
    expect(events.map(({ shard }) => shard)).toEqual(shards.map(shardName));
  });

  it('gives the same events, problems and order once it knows their shape as before', () => {
    const short: EventContract = {
      type: contract.type,
      problemOf: data =>
        (data as { url: string }).url.length > 9 ? eventProblem('data.url', data, 'is long') : undefined,
    };
    const urls = ['/', '/a', '/much/too/long', '/é', '/"', '', '/again'];
    const texts = [
      ...urls.map(url => JSON.stringify(withUrl(url))),
      JSON.stringify({ ...withUrl('/b'), type: 'travel.trip.requested.v1' }),
      JSON.stringify({ ...withUrl('/c'), type: 'behaviour.page.left.v1' }),
      JSON.stringify(withUrl('/d')).slice(0, -1),
      ` ${JSON.stringify(withUrl('/e'))}`,
      JSON.stringify(withUrl('x'.repeat(60_000))),
      JSON.stringify({ ...withUrl('/f'), time: '2026-02-30T00:00:00Z' }),
      JSON.stringify(withUrl('/g')).replace('"/g"', '"/h","url":"/i"'),
      JSON.stringify(withUrl('/j')),
    ];
    const batch = texts.map((text, index) => record(text, { sequence: String(index) }));
    const decode = decoder([short]);
    const outcomes = ({ events, undecodable }: ReturnType<typeof decode>) => ({
      events: events.map(({ sighting: _, ...rest }) => rest),
      undecodable,
    });
    const before = decode(batch);
    for (let i = 0; i < 30; i++) decode(batch);
    const after = decode(batch);
    expect(outcomes(after)).toEqual(outcomes(before));
    const sighted = (decoded: typeof before) => decoded.events.filter(({ sighting }) => sighting !== undefined);
    expect(sighted(before)).toEqual([]);
    expect(sighted(after).map(({ event: read }) => (read.data as { url: string }).url)).toEqual([
      '/',
      '/a',
      '',
      '/again',
      '/j',
    ]);
    for (const { event: read, sighting } of sighted(after)) expect(sighting).toEqual(sight(read as CloudEvent));
  });
});
