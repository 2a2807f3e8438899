import { afterEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../local/cloud/cloud.ts';
import {
  acknowledged,
  BAD,
  hundredRecords,
  type Invocation,
  type Mapping,
  type Put,
  poisonPill,
  RECORDS_PER_SHARD,
  RETRIES,
} from './poison-pill-fixture.ts';

const clouds: Cloud[] = [];

afterEach(async () => {
  await Promise.all(clouds.splice(0).map(cloud => cloud.close()));
});

const isPoison = ({ poison }: Put) => poison;

/** Puts the hundred records, lets the mapping work them off, and gathers what came of them. */
async function workedOff(mapping: Mapping) {
  const pill = await poisonPill(mapping);
  clouds.push(pill.cloud);
  const records = hundredRecords();
  const sequenceNumbers = await pill.put(records);
  await pill.map();
  await pill.clock.settle();
  const beforeRetries = [...pill.invocations];
  await pill.clock.advance(60_000);
  const sequenceNumberOf = (record: Put | undefined) =>
    sequenceNumbers[records.findIndex(({ shard, index }) => shard === record?.shard && index === record.index)];
  return { ...pill, records, beforeRetries, sequenceNumberOf, failures: await pill.failures() };
}

/** The invocations of the lane (one concurrent batch of a shard) in which the poison is. */
function poisonedLane(invocations: readonly Invocation[]): readonly Invocation[] {
  const first = invocations.find(({ records }) => records.some(isPoison));
  const keys = new Set(first?.records.map(({ key }) => key));
  return invocations.filter(({ records }) => records.some(({ key }) => keys.has(key)));
}

/**
 * What AWS documents, as spans `[from, to)` of the lane: a thrown error repeats the whole batch; a report moves its
 * start to the failure, with a fresh count of retries; bisecting halves, costs no retry, and goes on until one is left.
 */
function expectedSpans(size: number, bad: number, mapping: Mapping): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  const work = (from: number, to: number): void => {
    spans.push([from, to]);
    if (bad < from || bad >= to) return;
    if (mapping.partial && bad > from) {
      work(bad, to);
    } else if (mapping.bisect && to - from > 1) {
      const middle = from + Math.ceil((to - from) / 2);
      work(from, middle);
      work(middle, to);
    } else {
      for (let retry = 0; retry < RETRIES; retry++) spans.push([from, to]);
    }
  };
  work(0, size);
  return spans;
}

const cases: readonly Mapping[] = [false, true].flatMap(bisect =>
  [false, true].flatMap(partial => [1, 10].map(factor => ({ bisect, partial, factor }))),
);

describe.each(cases)('a poison pill, bisect $bisect, partial batches $partial, parallelization $factor', mapping => {
  it('is tried as often as AWS tries it, and reported as AWS reports it', async () => {
    const { invocations, failures, sequenceNumberOf } = await workedOff(mapping);
    const lane = poisonedLane(invocations);
    const laneRecords = lane[0]?.records ?? [];
    const spans = expectedSpans(laneRecords.length, laneRecords.findIndex(isPoison), mapping);
    expect(lane.map(({ records }) => records)).toEqual(spans.map(([from, to]) => laneRecords.slice(from, to)));

    const givenUp = lane.findLast(({ outcome }) => outcome !== 'succeeded')?.records ?? [];
    expect(failures).toEqual([
      {
        requestContext: {
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:consumer',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: RETRIES + 1,
        },
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          functionError: mapping.partial ? null : 'Unhandled',
        },
        version: '1.0',
        timestamp: expect.stringMatching(/^2026-01-01T00:01:\d\d\.\d{3}Z$/),
        KinesisBatchInfo: {
          shardId: `shardId-00000000000${BAD.shard}`,
          startSequenceNumber: sequenceNumberOf(givenUp[0]),
          endSequenceNumber: sequenceNumberOf(givenUp.at(-1)),
          approximateArrivalOfFirstRecord: '2026-01-01T00:01:00.000Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:01:00.000Z',
          batchSize: givenUp.length,
          streamArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events',
        },
      },
    ]);
  });

  it('loses nothing and keeps the order of every key', async () => {
    const { invocations, records } = await workedOff(mapping);
    const givenUp = poisonedLane(invocations).findLast(({ outcome }) => outcome !== 'succeeded');
    const done = invocations.flatMap(acknowledged);
    const left = mapping.bisect ? [BAD] : (givenUp?.records ?? []);
    expect(done.length + left.length).toBe(records.length);
    for (const key of new Set(records.map(record => record.key))) {
      const put = records.filter(record => record.key === key).map(({ index }) => index);
      const processed = done.filter(record => record.key === key).map(({ index }) => index);
      expect(processed).toEqual(put.filter(index => processed.includes(index)));
    }
    const lastOfPoison = invocations.findLastIndex(invocation => invocation.records.some(isPoison));
    const key = records.find(isPoison)?.key;
    const early = invocations.slice(0, lastOfPoison).flatMap(acknowledged);
    expect(early.filter(record => record.key === key && record.index > BAD.index)).toEqual([]);
  });

  it('holds up neither the other shards nor, in parallel, the other keys', async () => {
    const { invocations, beforeRetries, records } = await workedOff(mapping);
    const held = new Set(poisonedLane(invocations).flatMap(lane => lane.records.map(({ key }) => key)));
    const others = records.filter(({ key }) => !held.has(key));
    expect(others.length).toBeGreaterThanOrEqual(3 * RECORDS_PER_SHARD);
    if (mapping.factor === 10) expect(others.length).toBeGreaterThan(3 * RECORDS_PER_SHARD);
    const early = beforeRetries.flatMap(acknowledged).filter(({ key }) => !held.has(key));
    expect(early).toHaveLength(others.length);
    expect(invocations.filter(({ shard }) => shard !== BAD.shard)).toHaveLength(
      beforeRetries.filter(({ shard }) => shard !== BAD.shard).length,
    );
  });
});

describe('a poison pill, by the sizes of its batches', () => {
  const sizes: readonly (readonly [Mapping, readonly number[]])[] = [
    [{ bisect: false, partial: false, factor: 1 }, [25, 25, 25]],
    [{ bisect: false, partial: true, factor: 1 }, [25, 13, 13, 13]],
    [{ bisect: false, partial: true, factor: 1, failure: 'throw' }, [25, 25, 25]],
    [{ bisect: true, partial: false, factor: 1 }, [25, 13, 7, 6, 3, 3, 2, 1, 1, 1, 12]],
    [{ bisect: true, partial: true, factor: 1 }, [25, 13, 7, 4, 2, 1, 1, 1, 1, 2, 3, 6]],
  ];

  it.each(sizes)('%o is delivered in batches of %j', async (mapping, expected) => {
    const { invocations, failures } = await workedOff(mapping);
    const poisoned = invocations.filter(({ shard }) => shard === BAD.shard);
    expect(poisoned.map(({ records }) => records.length)).toEqual(expected);
    expect(failures).toHaveLength(1);
  });

  it('lets records that arrive meanwhile in other shards through at once', async () => {
    const { clock, cloud, invocations, put, map } = await poisonPill({ bisect: false, partial: false, factor: 1 });
    clouds.push(cloud);
    await put(hundredRecords());
    await map();
    await clock.advance(100);
    const late = { shard: 0, index: 99, key: 'key-0-0', poison: false };
    await put([late, { ...late, shard: BAD.shard, key: `key-${BAD.shard}-0` }]);
    await clock.settle();
    const meanwhile = invocations.filter(({ records }) => records.some(({ index }) => index === 99));
    expect(meanwhile.map(({ shard }) => shard)).toEqual([0]);
    await clock.advance(60_000);
    expect(invocations.at(-1)).toMatchObject({ shard: BAD.shard, records: [{ index: 99 }], outcome: 'succeeded' });
  });
});
