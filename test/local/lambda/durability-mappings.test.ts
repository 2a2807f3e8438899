import { afterEach, describe, expect, it } from 'vitest';
import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import {
  batches,
  durableMappings,
  mapStream,
  put,
  QUEUE_ARN,
  recordsOf,
  STREAM_ARN,
  takeFailures,
} from './durable-mapping-fixture.ts';
import { NEVER } from './scripted-host.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

async function fixture(options = {}) {
  const made = await durableMappings(options);
  removers.push(made.remove);
  return made;
}

const one = (data: unknown, key = 'k') => ({ key, data });
const many = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => one(from + n));
const fails = () => new Error('no');

function mappings({ call }: RestartableCloud) {
  return call('lambda', 'ListEventSourceMappings', { FunctionName: 'f' });
}

/** A table `table` with key `id`. @returns the ARN of its stream */
async function streamOfTable({ call }: RestartableCloud): Promise<string> {
  const { TableDescription } = await call<{ TableDescription: { LatestStreamArn: string } }>(
    'dynamodb',
    'CreateTable',
    {
      TableName: 'table',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    },
  );
  return TableDescription.LatestStreamArn;
}

function itemIds(event: unknown): string[] {
  const { Records } = event as { Records: { dynamodb: { Keys: { id: { S: string } } } }[] }; // a table stream's event
  return Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
}

describe('event source mappings after kill -9', () => {
  it('are as every read operation had them, and read on where they were', async () => {
    const { host, running } = await fixture();
    const uuid = await mapStream(running, { BatchSize: 3, MaximumRetryAttempts: 7, TumblingWindowInSeconds: 0 });
    await running.call('lambda', 'CreateEventSourceMapping', { FunctionName: 'f', EventSourceArn: QUEUE_ARN });
    await put(running, many(1, 5));
    await running.clock.advance(1_000);
    expect(batches(host)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    const expected = await mappings(running);
    expect(expected).toMatchObject({ EventSourceMappings: [{ UUID: uuid, LastProcessingResult: 'OK' }, {}] });

    const after = await running.restarted(5_000);
    expect(await mappings(after)).toEqual(expected);
    await after.clock.advance(60_000);
    expect(host.invocations).toHaveLength(2);
    await put(after, many(6, 7));
    await after.clock.advance(0);
    expect(batches(host).slice(2)).toEqual([[6, 7]]);

    await after.call('lambda', 'DeleteEventSourceMapping', { UUID: uuid });
    const gone = await after.restarted();
    await put(gone, many(8, 9));
    await gone.clock.advance(60_000);
    expect(host.invocations).toHaveLength(3);
    expect(gone.journal.summary.records['lambda/checkpoints'] ?? 0).toBe(0);
  });

  it('stay disabled, and go on from their checkpoint when they are enabled', async () => {
    const { host, running } = await fixture();
    const UUID = await mapStream(running);
    await put(running, many(1, 2));
    await running.clock.advance(0);
    await running.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false });
    await running.clock.advance(0);
    await put(running, many(3, 4));

    const after = await running.restarted();
    await after.clock.advance(60_000);
    expect(host.invocations).toHaveLength(1);
    await after.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: true });
    await after.clock.advance(1_000);
    expect(batches(host)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await after.call('lambda', 'GetEventSourceMapping', { UUID })).toMatchObject({ State: 'Enabled' });
  });

  it('come out of a change of state that the end of the process cut off', async () => {
    const { running } = await fixture();
    const UUID = await mapStream(running); // answers `Creating`

    const after = await running.restarted();
    await after.clock.advance(0);

    expect(await after.call('lambda', 'GetEventSourceMapping', { UUID })).toMatchObject({ State: 'Enabled' });
  });

  it('deliver a batch again when the process ended before its outcome was known', async () => {
    const { host, running } = await fixture();
    await mapStream(running, { BatchSize: 2 });
    host.handler = ({ event }) => (JSON.stringify(recordsOf(event)).includes('"data":3') ? NEVER : null);
    await put(running, many(1, 5));
    await running.clock.advance(1_000);
    expect(batches(host)).toEqual([
      [1, 2],
      [3, 4],
    ]);

    const after = await running.restarted();
    host.handler = () => null;
    await after.clock.advance(1_000);
    expect(batches(host).slice(2)).toEqual([[3, 4], [5]]);
  });

  it('with LATEST begin where they began, whatever came while nothing had been processed', async () => {
    const { host, running } = await fixture();
    await put(running, many(1, 3));
    await mapStream(running, { StartingPosition: 'LATEST' });
    host.handler = () => NEVER;
    await put(running, many(4, 5));
    await running.clock.advance(0);

    const after = await running.restarted(60_000);
    host.handler = () => null;
    await after.clock.advance(0);

    expect(batches(host)).toEqual([
      [4, 5],
      [4, 5],
    ]);
  });

  it('with LATEST on the stream of a table do so too', async () => {
    const { host, running } = await fixture();
    const streamArn = await streamOfTable(running);
    const putItem = (id: string) =>
      running.call('dynamodb', 'PutItem', { TableName: 'table', Item: { id: { S: id } } });
    await putItem('old');
    await mapStream(running, { EventSourceArn: streamArn, StartingPosition: 'LATEST' });
    host.handler = () => NEVER;
    await putItem('new');
    await running.clock.advance(0);

    const after = await running.restarted(60_000);
    host.handler = () => null;
    await after.clock.advance(0);

    const ids = host.invocations.flatMap(({ event }) => itemIds(event));
    expect(ids).toEqual(['new', 'new']);
  });

  it('go on counting the attempts of a batch', async () => {
    const { host, running } = await fixture();
    host.handler = fails;
    await mapStream(running, { MaximumRetryAttempts: 3 });
    await put(running, many(1, 2));
    await running.clock.advance(600); // the second attempt is after half a second
    expect(host.invocations).toHaveLength(2);

    const after = await running.restarted();
    await after.clock.advance(0);
    expect(host.invocations).toHaveLength(3);
    await after.clock.advance(60_000);

    expect(batches(host)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(await takeFailures(after)).toEqual([{ condition: 'RetryAttemptsExhausted', count: 4, batchSize: 2 }]);
  });

  it('go on bisecting where they were: halves that are done are not delivered again', async () => {
    const { host, running } = await fixture();
    const poison = (data: unknown) => data === 6;
    host.handler = ({ event }) => {
      const data = recordsOf(event).map(record => record.data);
      if (data.length === 1 && data.some(poison) && host.invocations.length < 8) return NEVER;
      return data.some(poison) ? new Error('poison') : null;
    };
    await mapStream(running, { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
    await put(running, many(1, 8));
    await running.clock.advance(1_000);
    const bisected = [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6], [5], [6]];
    expect(batches(host)).toEqual(bisected);

    const after = await running.restarted();
    await put(after, many(9, 9));
    host.handler = ({ event }) => (recordsOf(event).some(({ data }) => poison(data)) ? new Error('poison') : null);
    await after.clock.advance(1_000);

    expect(batches(host)).toEqual([...bisected, [6], [7, 8], [9]]);
    expect(await takeFailures(after)).toEqual([{ condition: 'RetryAttemptsExhausted', count: 1, batchSize: 1 }]);
  });

  it('do not repeat the keys that were ahead of the one that is stuck', async () => {
    const { host, running } = await fixture();
    host.handler = ({ event }) => (recordsOf(event).some(({ key }) => key === 'a') ? NEVER : null);
    await mapStream(running, { ParallelizationFactor: 10, BatchSize: 1 });
    const records = Array.from({ length: 20 }, (_, n) => one(n, n % 5 === 0 ? 'a' : `other-${n}`));
    await put(running, records);
    await running.clock.advance(1_000);
    const done = host.invocations.flatMap(({ event }) => recordsOf(event)).filter(({ key }) => key !== 'a');

    const after = await running.restarted();
    host.handler = () => null;
    host.invocations.length = 0;
    await after.clock.advance(1_000);

    const again = host.invocations.flatMap(({ event }) => recordsOf(event));
    expect(done.length).toBeGreaterThan(5);
    expect(again.filter(({ data }) => done.some(record => record.data === data))).toEqual([]);
    expect(new Set([...done, ...again].map(({ data }) => data)).size).toBe(20);
    expect(again.filter(({ key }) => key === 'a').map(({ data }) => data)).toEqual([0, 5, 10, 15]);
  });

  it('keep the state of a tumbling window, and end it although its time was over while nobody was there', async () => {
    const { host, running } = await fixture();
    const sums: unknown[] = [];
    host.handler = ({ event }) => {
      const { state, isFinalInvokeForWindow } = event as { state: { sum?: number }; isFinalInvokeForWindow: boolean };
      if (isFinalInvokeForWindow) sums.push(state);
      return { state: { sum: recordsOf(event).reduce((sum, { data }) => sum + Number(data), state.sum ?? 0) } };
    };
    await mapStream(running, { TumblingWindowInSeconds: 60, BatchSize: 2 });
    await put(running, [one(1), one(2)]);
    await running.clock.advance(1_000);
    host.handler = () => NEVER;
    await put(running, [one(3), one(4)]);
    await running.clock.advance(1_000);

    const after = await running.restarted(120_000);
    host.handler = ({ event }) => {
      const { state, isFinalInvokeForWindow } = event as { state: { sum: number }; isFinalInvokeForWindow: boolean };
      if (isFinalInvokeForWindow) sums.push(state);
      return { state: { sum: recordsOf(event).reduce((sum, { data }) => sum + Number(data), state.sum) } };
    };
    await after.clock.advance(1_000);
    expect(sums).toEqual([{ sum: 10 }]);

    const again = await after.restarted(120_000);
    await again.clock.advance(120_000);
    expect(sums).toHaveLength(1);
  });

  it('receive messages again that were with the function, when their visibility timeout is over', async () => {
    const { host, running } = await fixture();
    await running.call('lambda', 'CreateEventSourceMapping', { FunctionName: 'f', EventSourceArn: QUEUE_ARN });
    host.handler = () => NEVER;
    await running.call('sqs', 'SendMessage', { QueueUrl: 'http://x/000000000000/orders', MessageBody: 'm' });
    await running.clock.advance(0);

    const after = await running.restarted();
    host.handler = () => null;
    await after.clock.advance(29_000);
    expect(host.invocations).toHaveLength(1);
    await after.clock.advance(30_000);

    const received = host.invocations.map(({ event }) => {
      const [record] = (event as { Records: { body: string; attributes: Record<string, string> }[] }).Records;
      return [record?.body, record?.attributes.ApproximateReceiveCount];
    });
    expect(received).toEqual([
      ['m', '1'],
      ['m', '2'],
    ]);
    const again = await after.restarted(60_000);
    await again.clock.advance(60_000);
    expect(host.invocations).toHaveLength(2);
  });

  it('read parents to their end before children, over an end of the process between the two', async () => {
    const { host, running } = await fixture();
    host.handler = ({ event }) => (recordsOf(event).some(({ data }) => data === 2) ? NEVER : null);
    await mapStream(running, { BatchSize: 1 });
    await put(running, many(1, 3));
    await running.clock.advance(1_000);
    await running.call('kinesis', 'UpdateShardCount', {
      StreamName: 'events',
      TargetShardCount: 2,
      ScalingType: 'UNIFORM_SCALING',
    });
    await running.clock.advance(60_000);
    await put(running, many(4, 6));

    const after = await running.restarted();
    host.handler = () => null;
    await after.clock.advance(60_000);

    expect(batches(host)).toEqual([[1], [2], [2], [3], [4], [5], [6]]);
    const again = await after.restarted();
    await put(again, many(7, 7));
    await again.clock.advance(60_000);
    expect(batches(host).slice(7)).toEqual([[7]]);
  });

  it('go on with what there is when the records that were retried have left the stream meanwhile', async () => {
    const { host, running } = await fixture();
    host.handler = fails;
    await mapStream(running, { BisectBatchOnFunctionError: true });
    await put(running, many(1, 4));
    await running.clock.advance(1_000);

    const after = await running.restarted(30 * 3_600_000);
    host.handler = () => null;
    host.invocations.length = 0;
    await after.clock.advance(10_000);
    await put(after, many(5, 6));
    await after.clock.advance(10_000);

    expect(batches(host)).toEqual([[5, 6]]);
  });

  it('read what is left of the stream of a table when they were away for longer than it keeps records', async () => {
    const { host, running } = await fixture({ tableShardLifetimeMs: 100 * 3_600_000 }); // the checkpoint's shard is still there
    const streamArn = await streamOfTable(running);
    const put = ({ call }: typeof running, id: string) =>
      call('dynamodb', 'PutItem', { TableName: 'table', Item: { id: { S: id } } });
    await mapStream(running, { EventSourceArn: streamArn });
    await put(running, 'before');
    await running.clock.advance(1_000);
    host.handler = () => NEVER;
    await put(running, 'lost to time');
    await running.clock.advance(1_000);

    const after = await running.restarted(30 * 3_600_000);
    host.handler = () => null;
    host.invocations.length = 0;
    await put(after, 'after');
    await after.clock.advance(120_000);

    const ids = host.invocations.flatMap(({ event }) => itemIds(event));
    expect(ids).toEqual(['after']);
  });

  it('are changed without a crash when their source is gone', async () => {
    const { running } = await fixture();
    const UUID = await mapStream(running);
    await running.call('kinesis', 'DeleteStream', { StreamName: 'events' });
    await running.clock.advance(60_000);
    await running.call('lambda', 'UpdateEventSourceMapping', { UUID, BatchSize: 7 });
    await running.clock.advance(1_000);
    expect(await running.call('lambda', 'GetEventSourceMapping', { UUID })).toMatchObject({ BatchSize: 7 });
  });

  it('wait for a source that cannot be read, and then read it', async () => {
    const { host, running } = await fixture();
    const UUID = await mapStream(running);
    await running.call('kinesis', 'DeleteStream', { StreamName: 'events' });
    await running.clock.advance(60_000);

    const after = await running.restarted();
    await after.clock.advance(1_000);
    expect(await after.call('lambda', 'GetEventSourceMapping', { UUID })).toMatchObject({
      EventSourceArn: STREAM_ARN,
      LastProcessingResult: expect.stringMatching(/^PROBLEM: /),
    });
    await after.clock.advance(60_000);
    expect(host.invocations).toEqual([]);
  });
});
