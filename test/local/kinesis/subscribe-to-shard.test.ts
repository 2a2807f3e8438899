import http2 from 'node:http2';
import { KinesisClient, SubscribeToShardCommand, type SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { Signals } from '../../../local/cloud/signals.ts';
import { router } from '../../../local/wire/router.ts';
import { listen, type WireServer } from '../../../local/wire/server.ts';
import { base64, kinesisFixture } from './kinesis-fixture.ts';

const SHARD_0 = 'shardId-000000000000';
const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';

const servers: WireServer[] = [];
const clients: KinesisClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) await server.close();
});

/** A stream with one consumer, behind a real port, and the unmodified client of the SDK. */
async function subscribed({ shards = 1, options = {} } = {}) {
  const fixture = kinesisFixture(options);
  const { cloud, call } = fixture;
  const server = await listen(router(cloud, { principalOf: () => undefined }), { port: 0 });
  servers.push(server);
  await call('CreateStream', { StreamName: 'events', ShardCount: shards });
  const register = async (ConsumerName: string) => {
    const answer = await call<{ Consumer: { ConsumerARN: string } }>('RegisterStreamConsumer', {
      StreamARN: STREAM_ARN,
      ConsumerName,
    });
    return answer.Consumer.ConsumerARN;
  };
  const ConsumerARN = await register('reader');
  const put = (text: string, key = 'a') =>
    call<{ SequenceNumber: string; ShardId: string }>('PutRecord', {
      StreamName: 'events',
      PartitionKey: key,
      Data: base64(text),
    });
  function client() {
    const made = new KinesisClient({
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    clients.push(made);
    return made;
  }
  const shared = client();
  async function subscribe(input: Partial<SubscribeToShardCommand['input']> = {}, by = shared) {
    const StartingPosition = { Type: 'TRIM_HORIZON' } as const;
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: SHARD_0, StartingPosition, ...input });
    const { EventStream } = await by.send(command);
    return events(EventStream ?? []);
  }
  return { ...fixture, server, put, register, client, subscribe, ConsumerARN };
}

/** @returns how many listen to signals that were asked for from now on */
function countListeners(signals: Signals): () => number {
  let listening = 0;
  const subscribe = signals.subscribe.bind(signals);
  signals.subscribe = (arn, listener) => {
    listening++;
    const stop = subscribe(arn, listener);
    return () => {
      listening--;
      stop();
    };
  };
  return () => listening;
}

/** The events of a subscription, one at a time. */
function events(
  stream: AsyncIterable<{ SubscribeToShardEvent?: SubscribeToShardEvent }> | readonly never[],
): AsyncIterator<SubscribeToShardEvent> & { texts(count: number): Promise<string[]> } {
  const iterator = (async function* () {
    for await (const event of stream) if (event.SubscribeToShardEvent) yield event.SubscribeToShardEvent;
  })();
  return Object.assign(iterator, {
    /** The next `count` records, over as many events as it takes. */
    async texts(count: number) {
      const texts: string[] = [];
      while (texts.length < count) {
        const { value, done } = await iterator.next();
        if (done) break;
        for (const record of value.Records ?? []) texts.push(Buffer.from(record.Data ?? []).toString());
      }
      return texts;
    },
  });
}

describe('SubscribeToShard, through the SDK', () => {
  it('pushes what is there and then what comes, without a clock that moves', async () => {
    const { subscribe, put } = await subscribed();
    await put('1');
    const { SequenceNumber } = await put('ünic \u{1f4a3}');
    const reader = await subscribe();
    const first = await reader.next();
    expect(first.value).toMatchObject({
      Records: [{ PartitionKey: 'a' }, { SequenceNumber, ApproximateArrivalTimestamp: new Date(Date.UTC(2026, 0, 1)) }],
      MillisBehindLatest: 0,
      ContinuationSequenceNumber: SequenceNumber,
    });
    expect(Buffer.from(first.value.Records[1].Data).toString()).toBe('ünic \u{1f4a3}');
    const next = reader.texts(3);
    for (const text of ['3', '', '5']) await put(text);
    expect(await next).toEqual(['3', '', '5']);
  });

  it('ends after five minutes, and goes on without loss or repetition after the continuation number', async () => {
    const { subscribe, put, clock } = await subscribed();
    const reader = await subscribe({ StartingPosition: { Type: 'LATEST' } });
    const empty = await reader.next();
    expect(empty.value).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    const seen: SubscribeToShardEvent[] = [];
    const ended = (async () => {
      for (let step = await reader.next(); !step.done; step = await reader.next()) seen.push(step.value);
    })();
    await put('1');
    await clock.advance(299_000);
    await clock.advance(1_000);
    await ended;
    expect(seen.flatMap(event => event.Records ?? [])).toHaveLength(1);
    expect(seen.length).toBeGreaterThan(50); // a consumer hears every five seconds that there is nothing
    await put('2');
    const SequenceNumber = seen.at(-1)?.ContinuationSequenceNumber ?? '';
    const again = await subscribe({ StartingPosition: { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber } });
    expect(await again.texts(1)).toEqual(['2']);
  });

  it('starts where it is told to', async () => {
    const { subscribe, put, clock } = await subscribed();
    const numbers: string[] = [];
    for (const text of ['1', '2', '3']) {
      numbers.push((await put(text)).SequenceNumber);
      await clock.advance(1000);
    }
    const start = async (StartingPosition: SubscribeToShardCommand['input']['StartingPosition'], count: number) => {
      const reader = await subscribe({ StartingPosition });
      const texts = await reader.texts(count);
      await reader.return?.();
      await clock.advance(5000);
      return texts.join();
    };
    const [, second] = numbers;
    expect(await start({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: second }, 2)).toBe('2,3');
    expect(await start({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: second }, 1)).toBe('3');
    expect(await start({ Type: 'AT_TIMESTAMP', Timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, 1)) }, 2)).toBe('2,3');
    expect(await start({ Type: 'TRIM_HORIZON' }, 3)).toBe('1,2,3');
  });

  it('shows the children at the end of a closed shard, and ends there', async () => {
    const { subscribe, put, call, clock } = await subscribed();
    await put('last');
    const reader = await subscribe();
    expect(await reader.texts(1)).toEqual(['last']);
    const end = reader.next();
    await call('SplitShard', { StreamName: 'events', ShardToSplit: SHARD_0, NewStartingHashKey: String(2n ** 127n) });
    const { value } = await end;
    expect(value.ContinuationSequenceNumber).toBeUndefined();
    expect(value.ChildShards).toMatchObject([
      { ShardId: 'shardId-000000000001', ParentShards: [SHARD_0] },
      { ShardId: 'shardId-000000000002', HashKeyRange: { StartingHashKey: String(2n ** 127n) } },
    ]);
    expect((await reader.next()).done).toBe(true);
    await clock.advance(5000);
    const whole = await (await subscribe()).next();
    expect(whole.value).toMatchObject({ Records: [{}], ChildShards: [{}, {}] });
  });

  it('refuses a second subscription for five seconds, and then lets it take the first one’s place', async () => {
    const { subscribe, put, clock, register } = await subscribed();
    const first = await subscribe();
    await first.next();
    await expect(subscribe()).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await subscribe({ ConsumerARN: await register('another') });
    await clock.advance(4_999);
    await expect(subscribe()).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await clock.advance(1);
    const lost = (async () => {
      for (;;) if ((await first.next()).done) return 'ended';
    })();
    const second = await subscribe();
    await expect(lost).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await put('1');
    expect(await second.texts(1)).toEqual(['1']);
  });

  it('ends with ResourceNotFoundException when the consumer is deregistered or the stream deleted', async () => {
    const { subscribe, call, register, ConsumerARN } = await subscribed();
    const one = await subscribe();
    const other = await subscribe({ ConsumerARN: await register('another') });
    for (const reader of [one, other]) await reader.next();
    const [lostOne, lostOther] = [one.next(), other.next()];
    await call('DeregisterStreamConsumer', { ConsumerARN });
    await expect(lostOne).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await call('DeleteStream', { StreamName: 'events', EnforceConsumerDeletion: true });
    await expect(lostOther).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(subscribe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('pushes 2 MiB at once and then 2 MiB a second, to each consumer by itself', async () => {
    const { subscribe, put, clock, register } = await subscribed({ options: { enforceLimits: false } });
    const half = 'x'.repeat(512 * 1024);
    for (let i = 0; i < 10; i++) await put(half);
    const received = [0, 0];
    const readers = [await subscribe(), await subscribe({ ConsumerARN: await register('another') })];
    for (const [index, reader] of readers.entries()) {
      void (async () => {
        for (let step = await reader.next(); !step.done; step = await reader.next())
          received[index] = (received[index] ?? 0) + (step.value.Records?.length ?? 0);
      })().catch(() => {});
    }
    const settled = async (count: number) => {
      for (let turn = 0; turn < 500 && received.some(each => each < count); turn++) await clock.settle();
      for (let turn = 0; turn < 20; turn++) await clock.settle();
      return received;
    };
    expect(await settled(6)).toEqual([6, 6]); // the allowance is overdrawn by one event at most
    await clock.advance(1000);
    expect(await settled(8)).toEqual([8, 8]);
    await clock.advance(1000);
    expect(await settled(10)).toEqual([10, 10]);
  });

  it('serves many subscriptions in parallel, each in the order of its shard', async () => {
    const shards = 25;
    const { subscribe, call, register, listShards, client } = await subscribed({ shards });
    const consumers = await Promise.all(['a', 'b', 'c', 'd'].map(register));
    const listed = await listShards('events');
    const readers = await Promise.all(
      consumers.flatMap(ConsumerARN => {
        const by = client();
        return listed.map(({ ShardId }) => subscribe({ ConsumerARN, ShardId }, by));
      }),
    );
    const texts = readers.map(reader => reader.texts(40));
    for (let round = 0; round < 8; round++) {
      const Records = listed.flatMap(({ HashKeyRange }, shard) =>
        Array.from({ length: 5 }, (_, index) => ({
          PartitionKey: 'k',
          ExplicitHashKey: HashKeyRange.StartingHashKey,
          Data: base64(`${shard}:${round * 5 + index}`),
        })),
      );
      await call('PutRecords', { StreamName: 'events', Records });
    }
    for (const [index, read] of (await Promise.all(texts)).entries())
      expect(read).toEqual(Array.from({ length: 40 }, (_, record) => `${index % shards}:${record}`));
  });

  it.each<[string, (session: http2.ClientHttp2Session, request: http2.ClientHttp2Stream) => void]>([
    ['cancels its request', (_, request) => request.close(http2.constants.NGHTTP2_CANCEL)],
    ['drops its connection', session => session.destroy()],
  ])('lets go of the subscription of a client that %s', async (_, goAway) => {
    const { cloud, clock, server, ConsumerARN } = await subscribed();
    const listening = countListeners(cloud.signals);
    const session = http2.connect(`http://127.0.0.1:${server.port}`);
    const target = {
      'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
      'content-type': 'application/x-amz-json-1.1',
    };
    const request = session.request({ ':method': 'POST', ...target });
    request.on('error', () => {});
    request.end(JSON.stringify({ ConsumerARN, ShardId: SHARD_0, StartingPosition: { Type: 'LATEST' } }));
    await new Promise(resolve => request.once('data', resolve));
    expect(listening()).toBe(1);
    goAway(session, request);
    for (let turn = 0; turn < 500 && listening() > 0; turn++) await clock.settle();
    expect(listening()).toBe(0);
    session.destroy();
  });

  it('waits for a client that does not read, in bounded memory, and holds up nobody else', async () => {
    const { subscribe, put, client, register, clock, cloud } = await subscribed({ options: { enforceLimits: false } });
    const large = 'x'.repeat(1024 * 1024 - 10);
    const records = 60;
    const sent: Record<string, number> = {};
    cloud.metrics = ({ name, value, dimensions: { ConsumerName = '' } }) => {
      if (name === 'SubscribeToShardEvent.Records') sent[ConsumerName] = (sent[ConsumerName] ?? 0) + value;
    };
    for (let i = 0; i < records; i++) await put(`${large}${i}`);
    const idle = await subscribe({}, client());
    await idle.next();
    const pushed: number[] = [];
    const busy = await subscribe({ ConsumerARN: await register('busy') });
    const reading = (async () => {
      while (pushed.length < records) pushed.push((await busy.next()).value.Records?.length ?? 0);
    })();
    for (let second = 0; second < 2 * records && pushed.length < records; second++) {
      await clock.advance(500);
      for (let turn = 0; turn < 10; turn++) await clock.settle();
    }
    await reading;
    expect(sent.busy).toBe(records);
    expect(sent.reader).toBeLessThan(6); // what the connection holds
    expect(await idle.texts(1)).toHaveLength(1); // it was held back, not cut off
  });

  it('ends the subscriptions when the cloud is closed', async () => {
    const { subscribe, cloud } = await subscribed();
    const reader = await subscribe();
    await reader.next();
    const next = reader.next();
    await cloud.close();
    expect((await next).done).toBe(true);
  });

  it.each<[JsonObject, string, RegExp]>([
    [{ ShardId: 'shardId-000000000009' }, 'ResourceNotFoundException', /Could not find shard shardId-000000000009/],
    [{ ConsumerARN: `${STREAM_ARN}/consumer/nobody:1` }, 'ResourceNotFoundException', /nobody:1, account/],
    [{ StartingPosition: { Type: 'SOMEWHERE' } }, 'ValidationException', /'startingPosition.type'/],
    [{ StartingPosition: { Type: 'AT_TIMESTAMP' } }, 'InvalidArgumentException', /timestamp/i],
    [{ StartingPosition: { Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: '42' } }, 'InvalidArgumentException', /42/],
    [{ StartingPosition: undefined }, 'ValidationException', /'startingPosition' failed .* must not be null/],
  ])('refuses before any event: case %#', async (input, name, message) => {
    const { call, ConsumerARN } = await subscribed();
    const whole = { ConsumerARN, ShardId: SHARD_0, StartingPosition: { Type: 'LATEST' }, ...input };
    await expect(call('SubscribeToShard', whole)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});
