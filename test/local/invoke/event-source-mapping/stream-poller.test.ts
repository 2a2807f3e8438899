import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataOf, ROLE_ARN, recordingService, STREAM_ARN, streamFixture } from './stream-fixture.ts';

const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:failures';
const body = (input: { MessageBody?: unknown } | undefined) => JSON.parse(String(input?.MessageBody));

describe('StreamPoller, what the function is given', () => {
  it('passes records in the shape of AWS', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture();
    const sequenceNumber = stream.put(0, 'k', { a: 1 });
    await newPoller().start();
    await clock.settle();
    expect(invocations).toEqual([
      {
        Records: [
          {
            kinesis: {
              kinesisSchemaVersion: '1.0',
              partitionKey: 'k',
              sequenceNumber,
              data: Buffer.from('{"a":1}').toString('base64'),
              approximateArrivalTimestamp: clock.now() / 1000,
            },
            eventSource: 'aws:kinesis',
            eventVersion: '1.0',
            eventID: `shardId-000000000000:${sequenceNumber}`,
            eventName: 'aws:kinesis:record',
            invokeIdentityArn: ROLE_ARN,
            awsRegion: 'eu-west-1',
            eventSourceARN: STREAM_ARN,
          },
        ],
      },
    ]);
  });

  it('cuts batches at the batch size, in order', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({ settings: { batchSize: 4 } });
    for (let i = 0; i < 10; i++) stream.put(0, 'k', i);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('takes into a batch what comes until the function is free', async () => {
    const free = Promise.withResolvers<void>();
    const { clock, stream, invocations, newPoller } = streamFixture({ untilFree: () => free.promise });
    const poller = newPoller();
    await poller.start();
    for (let i = 0; i < 3; i++) {
      stream.put(0, 'k', i);
      stream.announce();
      await clock.advance(10);
    }
    expect(invocations).toEqual([]);
    free.resolve();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[0, 1, 2]]);
  });

  it('takes no batch when it is stopped while the function is busy', async () => {
    const free = Promise.withResolvers<void>();
    const { clock, stream, invocations, newPoller } = streamFixture({ untilFree: () => free.promise });
    const poller = newPoller();
    stream.put(0, 'k', 0);
    await poller.start();
    await clock.settle();
    const stopped = poller.stop();
    free.resolve();
    await stopped;
    expect(invocations).toEqual([]);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[0]]);
  });

  it('answers a signal at once, without the clock moving', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({ start: { type: 'LATEST' } });
    stream.put(0, 'k', 'old');
    await newPoller().start();
    const startMs = clock.now();
    stream.put(0, 'k', 'new');
    stream.announce();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([['new']]);
    expect(clock.now()).toBe(startMs);
  });

  it('reads once for what is announced one by one in quick succession', async () => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({ start: { type: 'LATEST' } });
    let reads = 0;
    cloud.intercept(({ operation }, next) => {
      if (operation === 'GetRecords') reads++;
      return next();
    });
    await newPoller().start();
    await clock.settle();
    const before = reads;
    for (let i = 0; i < 50; i++) {
      stream.put(0, 'k', i);
      stream.announce();
      await clock.advance(1);
    }
    await clock.advance(20);
    expect(invocations.flatMap(dataOf)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(reads - before).toBeLessThan(20);
  });

  it('finds what no signal announced', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture();
    await newPoller().start();
    await clock.advance(10_000);
    stream.put(0, 'k', 'quiet');
    await clock.advance(60_000);
    expect(invocations.map(dataOf)).toEqual([['quiet']]);
  });

  it('waits for the batching window, or until the batch is full', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { batchSize: 3, batchingWindowMs: 5_000 },
    });
    await newPoller().start();
    stream.put(0, 'k', 1);
    stream.announce();
    await clock.advance(4_000);
    stream.put(0, 'k', 2);
    stream.announce();
    await clock.advance(500);
    expect(invocations).toEqual([]);
    await clock.advance(500);
    expect(invocations.map(dataOf)).toEqual([[1, 2]]);
    for (const i of [3, 4, 5]) stream.put(0, 'k', i);
    stream.announce();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('keeps events under 6 MB', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture();
    for (let i = 0; i < 10; i++) stream.put(0, 'k', 'x'.repeat(900_000));
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(event => event.Records.length)).toEqual([5, 5]);
  });

  it('drops what the filter refuses and moves on', async () => {
    const { clock, stream, invocations, mapping, newPoller } = streamFixture({
      settings: { filterPatterns: ['{"data":{"type":["purchase"]}}'] },
    });
    stream.put(0, 'k', { type: 'view' });
    stream.put(0, 'k', 'no json');
    stream.put(0, 'k', { type: 'purchase' });
    const last = stream.put(0, 'k', { type: 'view' });
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[{ type: 'purchase' }]]);
    expect(mapping.checkpoints.position('shardId-000000000000')).toEqual({
      type: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber: last,
    });
  });

  it('measures the age of the last record', async () => {
    const { clock, stream, metrics, newPoller } = streamFixture();
    stream.put(0, 'k', 1);
    await clock.advance(7_000);
    await newPoller().start();
    await clock.settle();
    expect(metrics.find(metric => metric.name === 'IteratorAge')).toMatchObject({
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'processor' },
      value: 7_000,
      unit: 'Milliseconds',
    });
  });
});

describe('StreamPoller, starting positions', () => {
  it('AT_TIMESTAMP begins with the first record at or after it', async () => {
    const start = Date.UTC(2026, 0, 1) + 5_000;
    const { clock, stream, invocations, newPoller } = streamFixture({
      start: { type: 'AT_TIMESTAMP', timestampMs: start },
    });
    stream.put(0, 'k', 'before');
    await clock.advance(5_000);
    stream.put(0, 'k', 'at');
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([['at']]);
  });

  it('goes on where it was when it is stopped and started again', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({ start: { type: 'LATEST' } });
    const first = newPoller();
    await first.start();
    stream.put(0, 'k', 1);
    stream.announce();
    await clock.settle();
    await first.stop();
    stream.put(0, 'k', 2);
    stream.announce();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[1]]);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[1], [2]]);
  });
});

describe('StreamPoller over re-sharding', () => {
  it('does not read children before their parents are processed', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { maximumRetryAttempts: 3 },
      handler: (event, invocation) => (dataOf(event)[0] === 'parent' && invocation < 3 ? new Error('not yet') : null),
    });
    stream.put(0, 'k', 'parent');
    stream.open(['shardId-000000000000']);
    stream.open(['shardId-000000000000']);
    stream.put(1, 'k', 'left');
    stream.put(2, 'k', 'right');
    stream.close(0);
    await newPoller().start();
    await clock.advance(60_000);
    expect(invocations.flatMap(dataOf)).toEqual(['parent', 'parent', 'parent', 'left', 'right']);
  });

  it('finds the child of a merge when both parents have ended', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({ shards: 2, start: { type: 'LATEST' } });
    await newPoller().start();
    stream.put(0, 'a', 'a');
    stream.put(1, 'b', 'b');
    stream.open(['shardId-000000000000', 'shardId-000000000001']);
    stream.put(2, 'c', 'child');
    stream.close(0);
    await clock.advance(5_000);
    expect(invocations.flatMap(dataOf)).toEqual(['a', 'b']);
    stream.close(1);
    await clock.advance(5_000);
    expect(invocations.flatMap(dataOf)).toEqual(['a', 'b', 'child']);
  });

  it('with LATEST leaves closed shards alone', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({ start: { type: 'LATEST' } });
    stream.put(0, 'k', 'old');
    stream.close(0);
    stream.open(['shardId-000000000000']);
    await newPoller().start();
    stream.put(1, 'k', 'new');
    stream.announce();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([['new']]);
  });
});

describe('StreamPoller, failures as recorded on AWS', () => {
  it('reports an exhausted batch with exactly the document of AWS', async () => {
    const { clock, cloud, stream, newPoller } = streamFixture({
      settings: { batchSize: 1, maximumRetryAttempts: 1, onFailureArn: QUEUE_ARN },
      handler: () => new Error('boom'),
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    const sequence = stream.put(0, 'k', 1);
    await newPoller().start();
    await clock.advance(500);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.QueueUrl).toBe('http://127.0.0.1:0/000000000000/failures');
    expect(String(messages[0]?.MessageBody)).toBe(
      JSON.stringify({
        requestContext: {
          requestId: 'request-2',
          functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:processor',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: '2026-01-01T00:00:00.500Z',
        KinesisBatchInfo: {
          shardId: 'shardId-000000000000',
          startSequenceNumber: sequence,
          endSequenceNumber: sequence,
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00.000Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00.000Z',
          batchSize: 1,
          streamArn: STREAM_ARN,
        },
      }),
    );
  });

  it.each([
    ['empty', [{ itemIdentifier: '' }]],
    ['null', [{ itemIdentifier: null }]],
    ['a number', [{ itemIdentifier: 123 }]],
    ['not in the batch', [{ itemIdentifier: '123' }]],
    ['under a wrong key', [{ foo: 123 }]],
    ['under a wrong key, null', [{ foo: null }]],
  ])('takes an identifier that is %s for a failure of the whole batch', async (_, batchItemFailures) => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({
      settings: { maximumRetryAttempts: 2, reportBatchItemFailures: true, onFailureArn: QUEUE_ARN },
      handler: () => ({ batchItemFailures }),
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    for (const i of [1, 2, 3]) stream.put(0, 'k', i);
    await newPoller().start();
    await clock.advance(60_000);
    expect(invocations.map(dataOf)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(body(messages[0])).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { functionError: null },
      KinesisBatchInfo: { batchSize: 3 },
    });
  });

  it.each([[[]], [null], [{}], [''], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    'takes %j for complete success',
    async answer => {
      const { clock, stream, invocations, newPoller } = streamFixture({
        settings: { reportBatchItemFailures: true, maximumRetryAttempts: 2 },
        handler: () => answer,
      });
      stream.put(0, 'k', 1);
      await newPoller().start();
      await clock.advance(60_000);
      expect(invocations).toHaveLength(1);
    },
  );

  it('gives a narrowed batch retries of its own: the failing record is seen five times, the others once', async () => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({
      settings: { batchSize: 3, maximumRetryAttempts: 3, reportBatchItemFailures: true, onFailureArn: QUEUE_ARN },
      handler: event => {
        const bad = event.Records.find(record => record.kinesis.partitionKey === 'bad');
        return bad ? { batchItemFailures: [{ itemIdentifier: bad.kinesis.sequenceNumber }] } : null;
      },
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    for (let i = 0; i < 5; i++) stream.put(0, 'good', i);
    const bad = stream.put(0, 'bad', 5);
    await newPoller().start();
    await clock.advance(60_000);
    expect(invocations.map(dataOf)).toEqual([[0, 1, 2], [3, 4, 5], [5], [5], [5], [5]]);
    expect(messages).toHaveLength(1);
    expect(body(messages[0])).toMatchObject({
      requestContext: { approximateInvokeCount: 4 },
      KinesisBatchInfo: { startSequenceNumber: bad, endSequenceNumber: bad, batchSize: 1 },
    });
  });

  it('takes the lowest of several identifiers as the checkpoint', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { reportBatchItemFailures: true, maximumRetryAttempts: 1 },
      handler: (event, invocation) =>
        invocation === 1
          ? { batchItemFailures: [4, 2].map(i => ({ itemIdentifier: event.Records[i]?.kinesis.sequenceNumber })) }
          : null,
    });
    for (let i = 0; i < 6; i++) stream.put(0, 'k', i);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [2, 3, 4, 5],
    ]);
  });

  it('gives up records that grow too old while they are retried', async () => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({
      settings: { batchSize: 1, maximumRecordAgeMs: 60_000, onFailureArn: QUEUE_ARN },
      handler: () => new Error('boom'),
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    stream.put(0, 'k', 1);
    await newPoller().start();
    await clock.advance(120_000);
    const document = body(messages[0]);
    expect(document.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 8 });
    expect(document).not.toHaveProperty('responseContext');
    expect(invocations).toHaveLength(7);
  });

  it('reports only the expired records of a batch and delivers the fresh ones', async () => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({
      settings: { batchSize: 10, maximumRecordAgeMs: 60_000, maximumRetryAttempts: 0, onFailureArn: QUEUE_ARN },
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    stream.put(0, 'k', 'expired');
    await clock.advance(61_000);
    for (let i = 1; i < 6; i++) stream.put(0, 'k', i);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(dataOf)).toEqual([[1, 2, 3, 4, 5]]);
    expect(body(messages[0])).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 },
      KinesisBatchInfo: { batchSize: 1 },
    });
  });

  it('stores the whole event in an S3 destination, and sends topics the document alone', async () => {
    const run = async (onFailureArn: string, service: string, operation: string) => {
      const { clock, cloud, stream, invocations, newPoller } = streamFixture({
        settings: { maximumRetryAttempts: 0, onFailureArn },
        handler: () => new Error('boom'),
      });
      const received = recordingService(cloud, service, operation);
      stream.put(0, 'k', 1);
      await newPoller().start();
      await clock.settle();
      return { input: received[0], event: invocations[0] };
    };
    const { input, event } = await run('arn:aws:s3:::failures', 's3', 'PutObject');
    expect(input).toMatchObject({
      Bucket: 'failures',
      Key: expect.stringMatching(
        /^aws\/lambda\/mapping\/shardId-0{12}\/2026\/01\/01\/2026-01-01T00\.00\.00-[0-9a-f-]{36}$/,
      ),
    });
    const stored = JSON.parse(Buffer.from(String(input?.Body), 'base64').toString());
    expect(stored.payload).toEqual(event);
    const topic = await run('arn:aws:sns:eu-west-1:000000000000:failures', 'sns', 'Publish');
    expect(JSON.parse(String(topic.input?.Message))).not.toHaveProperty('payload');
  });

  it('does not count throttled calls as attempts', async () => {
    const { clock, cloud, stream, invocations, calls, newPoller } = streamFixture({
      settings: { maximumRetryAttempts: 0, onFailureArn: QUEUE_ARN },
      intercept: call => (call <= 6 ? { kind: 'throttled' } : undefined),
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    stream.put(0, 'k', 1);
    await newPoller().start();
    await clock.advance(60_000);
    expect(calls).toHaveLength(7);
    expect(invocations).toHaveLength(1);
    expect(messages).toEqual([]);
  });

  it('isolates a poison record by bisecting, without using up retries', async () => {
    const { clock, cloud, stream, invocations, newPoller } = streamFixture({
      settings: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 2, onFailureArn: QUEUE_ARN },
      handler: event => (dataOf(event).includes(5) ? new Error('poison') : null),
    });
    const messages = recordingService(cloud, 'sqs', 'SendMessage');
    for (let i = 0; i < 8; i++) stream.put(0, 'k', i);
    await newPoller().start();
    await clock.advance(60_000);
    expect(invocations.map(dataOf)).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [4, 5],
      [4],
      [5],
      [5],
      [5],
      [6, 7],
    ]);
    expect(body(messages[0])).toMatchObject({
      requestContext: { approximateInvokeCount: 3 },
      KinesisBatchInfo: { batchSize: 1 },
    });
  });
});

describe('StreamPoller, one poison record in 100 over 4 shards', () => {
  const cases = [true, false].flatMap(bisect =>
    [true, false].flatMap(partial => [1, 10].map(lanes => ({ bisect, partial, lanes }))),
  );

  it.each(cases)(
    'bisect $bisect, partial $partial, parallelization $lanes: nothing is lost, keys stay in order',
    async options => {
      const { bisect, partial, lanes } = options;
      const done: { key: string; value: number }[] = [];
      const { clock, cloud, stream, newPoller } = streamFixture({
        shards: 4,
        settings: {
          bisectBatchOnFunctionError: bisect,
          reportBatchItemFailures: partial,
          parallelizationFactor: lanes,
          maximumRetryAttempts: 2,
          onFailureArn: QUEUE_ARN,
        },
        handler: event => {
          const poison = event.Records.findIndex(record => record.kinesis.partitionKey === 'poison');
          if (poison >= 0 && !partial) return new Error('poison');
          const good = poison < 0 ? event.Records : event.Records.slice(0, poison);
          for (const record of good) {
            const value = Number(Buffer.from(record.kinesis.data, 'base64').toString());
            done.push({ key: record.kinesis.partitionKey, value });
          }
          const id = event.Records[poison]?.kinesis.sequenceNumber;
          return id === undefined ? null : { batchItemFailures: [{ itemIdentifier: id }] };
        },
      });
      const messages = recordingService(cloud, 'sqs', 'SendMessage');
      for (let i = 0; i < 100; i++) stream.put(i % 4, i === 42 ? 'poison' : `key-${i % 20}`, i);
      await newPoller().start();
      await clock.advance(10 * 60_000);
      const reported = messages.reduce((sum, message) => sum + body(message).KinesisBatchInfo.batchSize, 0);
      expect(new Set(done.map(({ value }) => value)).size + reported).toBe(100);
      expect(messages).toHaveLength(1);
      if (bisect) expect(reported).toBe(1);
      for (let key = 0; key < 20; key++) {
        const values = done.filter(record => record.key === `key-${key}`).map(({ value }) => value);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    },
  );
});

describe('StreamPoller, whatever the function does', () => {
  it('delivers every record at least once or reports it, and never out of order for a key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          keys: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 }),
          outcomes: fc.array(fc.constantFrom('ok', 'throw', 'partial', 'throttle'), { minLength: 1, maxLength: 40 }),
          batchSize: fc.integer({ min: 1, max: 20 }),
          lanes: fc.integer({ min: 1, max: 4 }),
          bisect: fc.boolean(),
          retries: fc.integer({ min: 0, max: 3 }),
        }),
        async ({ keys, outcomes, batchSize, lanes, bisect, retries }) => {
          const seen: { key: string; value: number }[] = [];
          let turn = 0;
          const { clock, cloud, stream, newPoller } = streamFixture({
            settings: {
              batchSize,
              parallelizationFactor: lanes,
              bisectBatchOnFunctionError: bisect,
              maximumRetryAttempts: retries,
              reportBatchItemFailures: true,
              onFailureArn: QUEUE_ARN,
            },
            intercept: () =>
              outcomes[turn % outcomes.length] === 'throttle' && turn++ < 200 ? { kind: 'throttled' } : undefined,
            handler: event => {
              const outcome = turn < 200 ? outcomes[turn++ % outcomes.length] : 'ok';
              if (outcome === 'throw') return new Error('boom');
              const failed = outcome === 'partial' ? Math.floor(event.Records.length / 2) : event.Records.length;
              for (const record of event.Records.slice(0, failed)) {
                const value = Number(Buffer.from(record.kinesis.data, 'base64').toString());
                seen.push({ key: record.kinesis.partitionKey, value });
              }
              const id = event.Records[failed]?.kinesis.sequenceNumber;
              return id === undefined ? {} : { batchItemFailures: [{ itemIdentifier: id }] };
            },
          });
          const reports = recordingService(cloud, 'sqs', 'SendMessage');
          for (const [value, key] of keys.entries()) stream.put(0, `key-${key}`, value);
          await newPoller().start();
          await clock.advance(3_600_000);
          const reported = reports.reduce((sum, report) => sum + body(report).KinesisBatchInfo.batchSize, 0);
          expect(new Set(seen.map(({ value }) => value)).size + reported).toBe(keys.length);
          for (const key of new Set(keys)) {
            const values = seen.filter(record => record.key === `key-${key}`).map(({ value }) => value);
            expect(values).toEqual([...values].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('StreamPoller with a tumbling window', () => {
  it('hands the state on and ends the window when its time is over', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { tumblingWindowMs: 30_000 },
      handler: event => ({ state: { count: ((event.state as { count?: number }).count ?? 0) + event.Records.length } }),
    });
    await newPoller().start();
    for (const i of [1, 2]) stream.put(0, 'k', i);
    stream.announce();
    await clock.advance(10_000);
    stream.put(0, 'k', 3);
    stream.announce();
    await clock.advance(20_000);
    expect(
      invocations.map(({ Records, state, isFinalInvokeForWindow }) => [Records.length, state, isFinalInvokeForWindow]),
    ).toEqual([
      [2, {}, false],
      [1, { count: 2 }, false],
      [0, { count: 3 }, true],
    ]);
    expect(invocations[0]).toMatchObject({
      window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:30Z' },
      shardId: 'shardId-000000000000',
      eventSourceARN: STREAM_ARN,
      isWindowTerminatedEarly: false,
    });
  });

  it('retries an answer without state', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { tumblingWindowMs: 30_000, maximumRetryAttempts: 1 },
      handler: (_, invocation) => (invocation === 1 ? {} : { state: { ok: true } }),
    });
    stream.put(0, 'k', 1);
    await newPoller().start();
    await clock.advance(1_000);
    expect(invocations).toHaveLength(2);
  });

  it('begins a new window, with empty state, for later records', async () => {
    const { clock, stream, invocations, newPoller } = streamFixture({
      settings: { tumblingWindowMs: 10_000 },
      handler: event => ({ state: { last: dataOf(event).at(-1) } }),
    });
    stream.put(0, 'k', 1);
    await clock.advance(10_000);
    stream.put(0, 'k', 2);
    await newPoller().start();
    await clock.settle();
    expect(invocations.map(event => [dataOf(event), event.state, event.isFinalInvokeForWindow])).toEqual([
      [[1], {}, false],
      [[], { last: 1 }, true],
      [[2], {}, false],
    ]);
  });
});
