import { afterEach, describe, expect, it } from 'vitest';
import { durableMappings, mapStream, put, recordsOf, STREAM_ARN } from '../lambda/durable-mapping-fixture.ts';
import { NEVER } from '../lambda/scripted-host.ts';

type Made = Awaited<ReturnType<typeof durableMappings>>;

const made: Made[] = [];

afterEach(async () => {
  for (const { remove } of made.splice(0)) await remove();
});

/** The function `f`, mapped to a registered consumer of the stream. */
async function mappedConsumer({ shards = 1, settings = {} } = {}) {
  const mappings = await durableMappings({ shards });
  made.push(mappings);
  const { running, host } = mappings;
  const counts: Record<string, number> = {};
  running.cloud.intercept((request, next) => {
    if (request.service === 'kinesis') counts[request.operation] = (counts[request.operation] ?? 0) + 1;
    return next();
  });
  const { Consumer } = await running.call<{ Consumer: { ConsumerARN: string } }>('kinesis', 'RegisterStreamConsumer', {
    StreamARN: STREAM_ARN,
    ConsumerName: 'f',
  });
  const consumerArn = Consumer.ConsumerARN;
  const uuid = await mapStream(running, { EventSourceArn: consumerArn, ...settings });
  await running.clock.settle();
  const seen = () => host.invocations.flatMap(({ event }) => recordsOf(event).map(({ data }) => data));
  return { ...mappings, consumerArn, uuid, counts, seen };
}

const numbered = (from: number, to: number, key = 'k') =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ key, data: from + index }));
const numbers = (from: number, to: number) => numbered(from, to).map(({ data }) => data);

describe('an event source mapping on a stream consumer', () => {
  it('is pushed its records at once, under the consumer’s ARN, and never calls GetRecords', async () => {
    const { running, host, counts, seen, consumerArn } = await mappedConsumer();
    await put(running, numbered(1, 3));
    await running.clock.settle();
    expect(seen()).toEqual([1, 2, 3]);
    await put(running, numbered(4, 4));
    await running.clock.settle();
    expect(seen()).toEqual([1, 2, 3, 4]);
    expect(host.invocations[0]?.event).toMatchObject({ Records: [{ eventSourceARN: consumerArn }, {}, {}] });
    expect(counts.GetRecords).toBeUndefined();
    expect(counts.SubscribeToShard).toBe(1);
  });

  it('renews its subscription every five minutes, and misses and repeats nothing', async () => {
    const { running, counts, seen } = await mappedConsumer({ shards: 2 });
    for (let minute = 0; minute < 20; minute++) {
      await put(running, [
        ...numbered(minute * 10, minute * 10 + 4, 'a'),
        ...numbered(minute * 10 + 5, minute * 10 + 9, 'b'),
      ]);
      await running.clock.advance(61_000);
    }
    expect(seen().sort((a, b) => Number(a) - Number(b))).toEqual(numbers(0, 199));
    expect(counts.SubscribeToShard).toBeGreaterThanOrEqual(2 * 4);
    expect(counts.SubscribeToShard).toBeLessThanOrEqual(2 * 6);
  });

  it('keeps the order of a key over a re-sharding', async () => {
    const { running, seen } = await mappedConsumer({ settings: { BatchSize: 3 } });
    for (let round = 0; round < 6; round++) {
      await put(running, numbered(round * 10, round * 10 + 9));
      await running.call('kinesis', 'UpdateShardCount', {
        StreamName: 'events',
        TargetShardCount: round % 2 === 0 ? 2 : 1,
        ScalingType: 'UNIFORM_SCALING',
      });
      await running.clock.advance(1_000);
    }
    await running.clock.advance(20_000);
    expect(seen()).toEqual(numbers(0, 59));
  });

  it('begins with LATEST where the stream ended when it was made', async () => {
    const mappings = await durableMappings();
    made.push(mappings);
    const { running, host } = mappings;
    await put(running, numbered(1, 5));
    await running.clock.advance(10);
    const { Consumer } = await running.call<{ Consumer: { ConsumerARN: string } }>(
      'kinesis',
      'RegisterStreamConsumer',
      {
        StreamARN: STREAM_ARN,
        ConsumerName: 'f',
      },
    );
    await mapStream(running, { EventSourceArn: Consumer.ConsumerARN, StartingPosition: 'LATEST' });
    await put(running, numbered(6, 8));
    await running.clock.advance(10_000);
    expect(host.invocations.flatMap(({ event }) => recordsOf(event).map(({ data }) => data))).toEqual([6, 7, 8]);
  });

  it('goes on from its checkpoint when it is disabled and enabled again within the five seconds of a subscription', async () => {
    const { running, seen, uuid } = await mappedConsumer();
    await put(running, numbered(1, 2));
    await running.clock.settle();
    await running.call('lambda', 'UpdateEventSourceMapping', { UUID: uuid, Enabled: false });
    await running.clock.advance(100);
    await put(running, numbered(3, 4));
    await running.call('lambda', 'UpdateEventSourceMapping', { UUID: uuid, Enabled: true });
    await running.clock.advance(30_000);
    expect(seen()).toEqual([1, 2, 3, 4]);
  });

  it('takes its place back after another reader has taken the subscription over', async () => {
    const { running, seen, consumerArn } = await mappedConsumer();
    await put(running, numbered(1, 2));
    await running.clock.advance(6_000);
    await running.call('kinesis', 'SubscribeToShard', {
      ConsumerARN: consumerArn,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' },
    });
    await put(running, numbered(3, 4));
    await running.clock.advance(30_000);
    expect(seen()).toEqual([1, 2, 3, 4]);
  });

  it('delivers what had not been processed when the process ended', async () => {
    const { running, host, seen } = await mappedConsumer({ settings: { BatchSize: 2 } });
    host.handler = ({ event }) => (recordsOf(event).some(({ data }) => data === 3) ? NEVER : null);
    await put(running, numbered(1, 6));
    await running.clock.advance(1_000);
    expect(seen()).toEqual([1, 2, 3, 4]);
    host.handler = () => null;
    const next = await running.restarted(10_000);
    await next.clock.advance(10_000);
    expect(seen()).toEqual([1, 2, 3, 4, 3, 4, 5, 6]);
  });

  it('cannot be made on a consumer that is not there', async () => {
    const { running } = await mappedConsumer();
    await expect(mapStream(running, { EventSourceArn: `${STREAM_ARN}/consumer/nobody:1` })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});
