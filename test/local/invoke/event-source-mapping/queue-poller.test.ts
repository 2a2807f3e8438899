import { describe, expect, it } from 'vitest';
import { Cloud } from '../../../../local/cloud/cloud.ts';
import { seededIds } from '../../../../local/cloud/ids.ts';
import type {
  EventSourceMapping,
  FunctionAnswer,
  MappingSettings,
} from '../../../../local/invoke/event-source-mapping/event-source-mapping.ts';
import { QueuePoller } from '../../../../local/invoke/event-source-mapping/queue/queue-poller.ts';
import { recordFilter } from '../../../../local/invoke/event-source-mapping/record-filter.ts';
import { Checkpoints } from '../../../../local/invoke/event-source-mapping/stream/checkpoints.ts';
import { VirtualClock } from '../../../../local/time/virtual-clock.ts';

const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';
const VISIBILITY_MS = 30_000;

interface FakeMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  receives: number;
  visibleAtMs: number;
}

interface QueueEvent {
  readonly Records: readonly { messageId: string; body: string; attributes: Record<string, string> }[];
}

interface FixtureOptions {
  readonly settings?: Partial<MappingSettings>;
  readonly handler?: (event: QueueEvent, invocation: number) => unknown;
  readonly intercept?: (call: number) => FunctionAnswer | undefined;
}

function queueFixture(options: FixtureOptions = {}) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(3) });
  const messages: FakeMessage[] = [];
  cloud.register({
    name: 'sqs',
    wire: { protocol: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    operations: {
      GetQueueAttributes: () => ({ Attributes: { VisibilityTimeout: String(VISIBILITY_MS / 1000) } }),
      ReceiveMessage: ({ MaxNumberOfMessages, QueueUrl }) => {
        expect(QueueUrl).toBe(`${cloud.endpoint}/000000000000/orders`);
        const visible = messages.filter(message => message.visibleAtMs <= clock.now());
        const received = visible.slice(0, Number(MaxNumberOfMessages));
        for (const message of received) {
          message.receives++;
          message.visibleAtMs = clock.now() + VISIBILITY_MS;
        }
        return {
          Messages: received.map(({ receives, visibleAtMs: _, ...message }) => ({
            ...message,
            Attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: '1' },
            MessageAttributes: { trace: { DataType: 'String', StringValue: 't' } },
          })),
        };
      },
      DeleteMessageBatch: ({ Entries }) => {
        for (const { ReceiptHandle } of Entries as { ReceiptHandle: string }[]) {
          messages.splice(
            messages.findIndex(message => message.ReceiptHandle === ReceiptHandle),
            1,
          );
        }
        return {};
      },
    },
  });
  const mapping: EventSourceMapping = {
    uuid: 'mapping',
    arn: 'arn',
    kind: 'sqs',
    eventSourceArn: QUEUE_ARN,
    functionName: 'consumer',
    functionArn: cloud.arn('lambda', 'function:consumer'),
    settings: {
      enabled: true,
      batchSize: 10,
      batchingWindowMs: 0,
      filterPatterns: [],
      reportBatchItemFailures: false,
      parallelizationFactor: 1,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeMs: -1,
      tumblingWindowMs: 0,
      ...options.settings,
    },
    state: 'Enabled',
    lastProcessingResult: '',
    lastModifiedMs: 0,
    checkpoints: new Checkpoints(),
  };
  const invocations: QueueEvent[] = [];
  const concurrency = { running: 0, most: 0 };
  let calls = 0;
  const callFunction = async (payload: string): Promise<FunctionAnswer> => {
    const intercepted = options.intercept?.(++calls);
    if (intercepted) return intercepted;
    concurrency.most = Math.max(concurrency.most, ++concurrency.running);
    const event = JSON.parse(payload) as QueueEvent;
    invocations.push(event);
    const answer = await options.handler?.(event, invocations.length);
    concurrency.running--;
    const failed = answer instanceof Error;
    return {
      kind: 'answered',
      requestId: 'r',
      payload: JSON.stringify(failed ? {} : (answer ?? null)),
      executedVersion: '$LATEST',
      ...(failed ? { functionError: 'Unhandled' } : {}),
    };
  };
  const poller = new QueuePoller({
    cloud,
    mapping,
    filter: recordFilter(mapping.settings.filterPatterns),
    principal: () => ({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/c', session: 'c' }),
    untilFree: async () => {},
    callFunction,
    report: result => {
      mapping.lastProcessingResult = result;
    },
  });
  let sent = 0;
  const send = (...bodies: string[]) => {
    for (const Body of bodies) {
      const id = `m${++sent}`;
      messages.push({ MessageId: id, ReceiptHandle: `h-${id}`, Body, MD5OfBody: 'md5', receives: 0, visibleAtMs: 0 });
    }
    cloud.signals.notify(QUEUE_ARN);
  };
  return { clock, messages, invocations, concurrency, poller, send };
}

const bodies = (event: QueueEvent) => event.Records.map(record => record.body);

describe('QueuePoller', () => {
  it('passes messages in the shape of AWS and deletes them afterwards', async () => {
    const { clock, messages, invocations, poller, send } = queueFixture();
    await poller.start();
    send('hello');
    await clock.settle();
    expect(invocations).toEqual([
      {
        Records: [
          {
            messageId: 'm1',
            receiptHandle: 'h-m1',
            body: 'hello',
            attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1' },
            messageAttributes: {
              trace: { stringValue: 't', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: 'md5',
            eventSource: 'aws:sqs',
            eventSourceARN: QUEUE_ARN,
            awsRegion: 'eu-west-1',
          },
        ],
      },
    ]);
    expect(messages).toEqual([]);
  });

  it('leaves the messages of a failed batch to the visibility timeout', async () => {
    const { clock, messages, invocations, poller, send } = queueFixture({
      handler: (_, invocation) => (invocation === 1 ? new Error('boom') : null),
    });
    await poller.start();
    send('a');
    await clock.advance(VISIBILITY_MS - 1);
    expect(invocations).toHaveLength(1);
    await clock.advance(20_000);
    expect(invocations.map(event => event.Records[0]?.attributes.ApproximateReceiveCount)).toEqual(['1', '2']);
    expect(messages).toEqual([]);
  });

  it('keeps only what a partial response names', async () => {
    const { clock, messages, poller, send } = queueFixture({
      settings: { reportBatchItemFailures: true },
      handler: event => ({ batchItemFailures: [{ itemIdentifier: event.Records[1]?.messageId }] }),
    });
    await poller.start();
    send('a', 'b', 'c');
    await clock.settle();
    expect(messages.map(({ Body }) => Body)).toEqual(['b']);
  });

  it.each([
    ['"not an object"', 'text'],
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'nobody' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ])('keeps the whole batch when the response is %s', async (_, answer) => {
    const { clock, messages, poller, send } = queueFixture({
      settings: { reportBatchItemFailures: true },
      handler: () => answer,
    });
    await poller.start();
    send('a', 'b');
    await clock.settle();
    expect(messages).toHaveLength(2);
  });

  it('deletes what the filter refuses, and goes on to what it passes', async () => {
    const { clock, messages, invocations, poller, send } = queueFixture({
      settings: { filterPatterns: ['{"body":{"go":[true]}}'], batchSize: 2 },
    });
    await poller.start();
    send('{"go":false}', 'plain', '{"go":false}', '{"go":true}');
    await clock.settle();
    expect(invocations.map(bodies)).toEqual([['{"go":true}']]);
    expect(messages).toEqual([]);
  });

  it('collects more than ten messages within the batching window', async () => {
    const { clock, invocations, poller, send } = queueFixture({
      settings: { batchSize: 25, batchingWindowMs: 5_000 },
    });
    await poller.start();
    send(...Array.from({ length: 22 }, (_, i) => String(i)));
    await clock.advance(4_999);
    expect(invocations).toEqual([]);
    await clock.advance(1);
    expect(invocations.map(event => event.Records.length)).toEqual([22]);
  });

  it('shows the missing digest of missing attributes when it gathers over a window, as AWS does', async () => {
    const digests = async (batchingWindowMs: number) => {
      const { clock, messages, invocations, poller, send } = queueFixture({ settings: { batchingWindowMs } });
      await poller.start();
      send('a');
      await clock.advance(10_000);
      expect(messages).toEqual([]);
      return invocations.flatMap(({ Records }) => Records.map(record => Object.entries(record)));
    };
    const digest = ['md5OfMessageAttributes', null];
    expect((await digests(1_000))[0]).toContainEqual(digest);
    expect((await digests(0))[0]).not.toContainEqual(digest);
  });

  it('invokes a full batch before its window is over', async () => {
    const { clock, invocations, poller, send } = queueFixture({ settings: { batchSize: 20, batchingWindowMs: 5_000 } });
    await poller.start();
    send(...Array.from({ length: 20 }, (_, i) => String(i)));
    await clock.settle();
    expect(invocations.map(event => event.Records.length)).toEqual([20]);
  });

  it('runs no more batches at once than MaximumConcurrency allows', async () => {
    const gates: (() => void)[] = [];
    const { clock, concurrency, poller, send } = queueFixture({
      settings: { batchSize: 1, maximumConcurrency: 2 },
      handler: () => new Promise<void>(resolve => gates.push(resolve)),
    });
    await poller.start();
    send('1', '2', '3', '4', '5');
    for (let i = 0; i < 5; i++) {
      await clock.settle();
      gates.shift()?.();
    }
    await clock.settle();
    expect(concurrency.most).toBe(2);
  });

  it('begins with five batches at once and grows under a backlog', async () => {
    const { clock, concurrency, poller, send } = queueFixture({
      settings: { batchSize: 1 },
      handler: () => new Promise<void>(() => {}),
    });
    await poller.start();
    send(...Array.from({ length: 40 }, (_, i) => String(i)));
    await clock.settle();
    expect(concurrency.most).toBe(5);
    await clock.advance(2_000);
    expect(concurrency.most).toBe(15);
  });

  it('repeats throttled calls, and gives up when the visibility timeout is over', async () => {
    const brief = queueFixture({ intercept: call => (call <= 3 ? { kind: 'throttled' } : undefined) });
    await brief.poller.start();
    brief.send('a');
    await brief.clock.advance(10_000);
    expect(brief.invocations.map(event => event.Records[0]?.attributes.ApproximateReceiveCount)).toEqual(['1']);

    const long = queueFixture({ intercept: call => (call <= 12 ? { kind: 'throttled' } : undefined) });
    await long.poller.start();
    long.send('a');
    await long.clock.advance(90_000);
    expect(long.invocations.map(event => event.Records[0]?.attributes.ApproximateReceiveCount)).toEqual(['2']);
  });

  it('stops receiving when it is stopped', async () => {
    const { clock, messages, invocations, poller, send } = queueFixture();
    await poller.start();
    await poller.stop();
    send('a');
    await clock.advance(60_000);
    expect(invocations).toEqual([]);
    expect(messages).toHaveLength(1);
  });
});
