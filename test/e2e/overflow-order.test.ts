/** What waits in the overflow queue comes into the stream in the order in which it was accepted, subject by subject. */
import { expect, test, vi } from 'vitest';
import { postJson } from '../../cli/http-client.ts';
import type { Platform } from '../../cli/platform.ts';
import { newUlid, seededRandom } from '../../core/index.ts';
import { type FaultRules, withFaults } from './faulty-platform.ts';

vi.setConfig({ testTimeout: 120_000 });

const SUBJECTS = ['visitor-1', 'visitor-2', 'visitor-3', 'visitor-4', 'visitor-5'];
const PER_SUBJECT = 40;

interface Sent {
  readonly id: string;
  readonly subject: string;
}

/** One request: the subjects take turns, and the first's events are large, so that they are several messages. */
function visit(): (Sent & object)[] {
  const random = seededRandom(31);
  const timeMs = Date.now();
  return Array.from({ length: PER_SUBJECT * SUBJECTS.length }, (_, i) => {
    const subject = SUBJECTS[i % SUBJECTS.length] ?? '';
    const padding = subject === 'visitor-1' ? 'x'.repeat(15_000) : '';
    return {
      specversion: '1.0',
      id: newUlid(timeMs, random),
      source: 'urn:test',
      type: 'behaviour.page.viewed.v1',
      subject,
      time: new Date(timeMs).toISOString(),
      data: { url: `/${i}`, padding },
    };
  });
}

/** Ids in the stream by subject, in order, copies aside. */
async function idsInStream(platform: Platform): Promise<Map<string, string[]>> {
  const StreamName = platform.outputs.StreamName;
  const { Shards } = await platform.aws<{ Shards: { ShardId: string }[] }>('kinesis', 'ListShards', { StreamName });
  const found = new Map<string, Set<string>>();
  for (const { ShardId } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator } = await platform.aws<{ ShardIterator: string }>('kinesis', 'GetShardIterator', start);
    for (let isAtEnd = false; !isAtEnd; ) {
      const page = await platform.aws<{ Records: { Data: string }[]; NextShardIterator: string }>(
        'kinesis',
        'GetRecords',
        { ShardIterator },
      );
      for (const { Data } of page.Records) {
        const { id, subject } = JSON.parse(Buffer.from(Data, 'base64').toString('utf8')) as Sent; // we sent it
        found.set(subject, (found.get(subject) ?? new Set<string>()).add(id));
      }
      isAtEnd = page.Records.length === 0;
      ShardIterator = page.NextShardIterator;
    }
  }
  return new Map([...found].map(([subject, ids]) => [subject, [...ids]]));
}

test('a request that Kinesis did not take leaves the overflow queue in order, although SQS and Kinesis take parts of calls', async () => {
  const rules: FaultRules = [
    {
      name: 'stream busy',
      match: { operation: 'PutRecords', caller: '*-collector' },
      when: { times: 4 },
      fault: { kind: 'throttle' },
    },
    {
      name: 'queue takes a part',
      match: { operation: 'SendMessageBatch' },
      when: { times: 2 },
      fault: { kind: 'partial', share: 0.4 },
    },
  ];
  await withFaults(rules, async faulty => {
    const events = visit();
    const reply = await postJson(`${faulty.platform.apiUrl}/events`, JSON.stringify(events));
    expect(reply.body).toMatchObject({ accepted: events.length, refused: 0 });
    const { counts } = await faulty.rest();
    expect([counts.overflowed, counts.drained, counts.applied]).toEqual(Array(3).fill(events.length));
    expect(faulty.struck('stream busy')).toBe(4);
    expect(faulty.struck('queue takes a part')).toBeGreaterThan(0); // of a call with one message, the part may be all
    const inStream = await idsInStream(faulty.platform);
    for (const subject of SUBJECTS) {
      const sent = events.filter(event => event.subject === subject).map(({ id }) => id);
      expect(inStream.get(subject)).toEqual(sent);
    }
    expect(await faulty.deadLetters()).toEqual([]);
  });
});
