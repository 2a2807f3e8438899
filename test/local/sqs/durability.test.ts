import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';
import type { Received } from './sqs-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => cloud.register(sqsService(cloud)), options);
  removers.push(clouds.remove);
  return clouds.start();
}

/** What a client does with one queue of a running cloud. */
function queueClient(running: RestartableCloud, name = 'q') {
  const QueueUrl = `http://x/000000000000/${name}`;
  const call = <Output>(operation: string, input: object = {}) =>
    running.call<Output>('sqs', operation, { QueueUrl, ...input });
  return {
    call,
    create: (Attributes: object = {}, tags: object = {}) => call('CreateQueue', { QueueName: name, Attributes, tags }),
    send: (MessageBody: string, more: object = {}) =>
      call<{ MessageId: string; SequenceNumber?: string }>('SendMessage', { MessageBody, ...more }),
    receive: async (more: object = {}) =>
      (await call<{ Messages?: Received[] }>('ReceiveMessage', { MaxNumberOfMessages: 10, ...more })).Messages ?? [],
    remove: ({ ReceiptHandle }: Received) => call('DeleteMessage', { ReceiptHandle }),
    attributes: async () =>
      (await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', { AttributeNames: ['All'] }))
        .Attributes,
    tags: () => call('ListQueueTags'),
  };
}

const bodiesOf = (messages: readonly Received[]) => messages.map(({ Body }) => Body);

/** Receives everything, again and again, without ever waiting for a visibility timeout. */
async function drain(client: ReturnType<typeof queueClient>): Promise<Received[]> {
  const all: Received[] = [];
  for (;;) {
    const messages = await client.receive({ AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    if (messages.length === 0) return all;
    all.push(...messages);
    for (const message of messages) await client.remove(message);
  }
}

describe('SQS after kill -9', () => {
  it('has its queues, with attributes, tags, policy and times, and has forgotten those that were deleted', async () => {
    const before = await start();
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await queueClient(before, 'gone').create();
    await queueClient(before).create({ VisibilityTimeout: '7', Policy: policy }, { team: 'a', old: 'x' });
    await before.clock.advance(5_000);
    await queueClient(before).call('SetQueueAttributes', { Attributes: { DelaySeconds: '3', Policy: policy } });
    await queueClient(before).call('TagQueue', { Tags: { team: 'b' } });
    await queueClient(before).call('UntagQueue', { TagKeys: ['old'] });
    await queueClient(before, 'gone').call('DeleteQueue');

    const after = await before.restarted(60_000);

    expect(await after.call('sqs', 'ListQueues', {})).toEqual(await before.call('sqs', 'ListQueues', {}));
    expect(await queueClient(after).attributes()).toEqual(await queueClient(before).attributes());
    expect(await queueClient(after).tags()).toEqual({ Tags: { team: 'b' } });
    expect(after.cloud.service('sqs')?.resourcePolicy?.(after.cloud.arn('sqs', 'q'))).toEqual(JSON.parse(policy));
  });

  it('has every message as it was sent, with its attributes', async () => {
    const before = await start();
    await queueClient(before).create();
    const MessageAttributes = { kind: { DataType: 'Binary', BinaryValue: 'AAEC' } };
    const sent = await queueClient(before).send('tab\tline\nü', { MessageAttributes });
    await before.clock.advance(1_000);

    const after = queueClient(await before.restarted(9_000));

    const [message] = await after.receive({ AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'tab\tline\nü', MessageAttributes });
    expect(message?.Attributes).toMatchObject({
      SentTimestamp: String(before.clock.now() - 1_000),
      ApproximateFirstReceiveTimestamp: String(before.clock.now() + 9_000),
      ApproximateReceiveCount: '1',
    });
  });

  it('shows a message in flight when its own deadline comes, and its handle deletes until another is given', async () => {
    const before = await start();
    await queueClient(before).create({ VisibilityTimeout: '30' });
    for (const body of ['kept', 'deleted']) await queueClient(before).send(body);
    const [first] = await queueClient(before).receive({ MaxNumberOfMessages: 1 });
    await before.clock.advance(10_000);
    const [second] = await queueClient(before).receive({ MaxNumberOfMessages: 1 });

    const after = await before.restarted(5_000);
    const client = queueClient(after);

    expect(await client.receive()).toEqual([]);
    if (second) await client.remove(second);
    await after.clock.advance(14_999);
    expect(await client.receive()).toEqual([]);
    await after.clock.advance(1);
    const [again, ...others] = await client.receive({ AttributeNames: ['All'] });
    expect(others).toEqual([]);
    expect(again).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    expect(again?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(String(before.clock.now() - 10_000));
    if (first) await client.remove(first);
    expect(await client.attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
  });

  it('shows a message whose timeout or delay ended while nothing ran, and wakes who waits when one ends later', async () => {
    const before = await start();
    await queueClient(before).create({ VisibilityTimeout: '5' });
    await queueClient(before).send('received');
    await queueClient(before).receive();
    await queueClient(before).send('short', { DelaySeconds: 2 });
    await queueClient(before).send('long', { DelaySeconds: 100 });

    const after = await before.restarted(20_000);
    const client = queueClient(after);

    expect(bodiesOf(await client.receive({ VisibilityTimeout: 600 })).sort()).toEqual(['received', 'short']);
    expect(await client.attributes()).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
    await after.clock.advance(70_000);
    let signals = 0;
    after.cloud.signals.subscribe(after.cloud.arn('sqs', 'q'), () => signals++);
    const waiting = client.receive({ WaitTimeSeconds: 20 });
    await after.clock.advance(10_000);
    expect(bodiesOf(await waiting)).toEqual(['long']);
    expect(after.clock.now() - before.clock.now()).toBe(100_000);
  });

  it('keeps the extension and the end of a visibility timeout', async () => {
    const before = await start();
    await queueClient(before).create({ VisibilityTimeout: '5' });
    for (const body of ['extended', 'released']) await queueClient(before).send(body);
    const [extended, released] = await queueClient(before).receive();
    const change = (message: Received | undefined, VisibilityTimeout: number) =>
      queueClient(before).call('ChangeMessageVisibility', {
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      });
    await change(extended, 100);
    await change(released, 0);

    const after = await before.restarted(50_000);

    expect(bodiesOf(await queueClient(after).receive())).toEqual(['released']);
  });

  it('gives FIFO groups in order, blocks a group with a message in flight, and goes on with its sequence numbers', async () => {
    const before = await start();
    const fifo = queueClient(before, 'q.fifo');
    await fifo.create({ FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    let last = '';
    for (const body of ['a1', 'b1', 'a2', 'b2', 'a3'])
      last = (await fifo.send(body, { MessageGroupId: body.slice(0, 1) })).SequenceNumber ?? '';
    const [a1] = await fifo.receive({ MaxNumberOfMessages: 1 });
    if (a1) await fifo.remove(a1);
    const [held] = await fifo.receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 });

    const after = queueClient(await before.restarted(1_000), 'q.fifo');

    const free = held?.Body.startsWith('a') ? ['b1', 'b2'] : ['a2', 'a3'];
    expect(bodiesOf(await after.receive())).toEqual(free);
    const { SequenceNumber = '' } = await after.send('a4', { MessageGroupId: 'a' });
    expect(SequenceNumber > last).toBe(true);
    if (held) await after.remove(held);
    expect(bodiesOf(await after.receive({ MaxNumberOfMessages: 1 }))).toEqual(
      held?.Body.startsWith('a') ? ['a3'] : ['b2'],
    );
  });

  it('recognises a FIFO message that is sent again within five minutes, and no longer', async () => {
    const before = await start();
    const fifo = queueClient(before, 'q.fifo');
    await fifo.create({ FifoQueue: 'true' });
    const again = { MessageGroupId: 'g', MessageDeduplicationId: 'a/b' };
    const first = await fifo.send('x', again);
    const [message] = await fifo.receive();
    if (message) await fifo.remove(message);

    const soon = await before.restarted(299_999);
    expect((await queueClient(soon, 'q.fifo').send('x', again)).MessageId).toBe(first.MessageId);
    const late = await before.restarted(300_000);
    expect((await queueClient(late, 'q.fifo').send('x', again)).MessageId).not.toBe(first.MessageId);
  });

  it('recognises what was sent anew after five minutes, though it was remembered before', async () => {
    const before = await start();
    const fifo = queueClient(before, 'q.fifo');
    await fifo.create({ FifoQueue: 'true' });
    await fifo.send('x', { MessageGroupId: 'g', MessageDeduplicationId: 'again' });
    await before.clock.advance(100_000);
    await fifo.send('y', { MessageGroupId: 'g', MessageDeduplicationId: 'other' });
    await before.clock.advance(250_000);
    const second = await fifo.send('x', { MessageGroupId: 'g', MessageDeduplicationId: 'again' });

    const after = await before.restarted(60_000);

    const client = queueClient(after, 'q.fifo');
    const send = (id: string) => client.send('z', { MessageGroupId: 'g', MessageDeduplicationId: id });
    expect((await send('again')).MessageId).toBe(second.MessageId);
    expect((await send('other')).MessageId).not.toBe(second.MessageId);
    expect(await client.attributes()).toMatchObject({ ApproximateNumberOfMessages: '4' });
  });

  it('refuses a purge within a minute of the last one', async () => {
    const before = await start();
    await queueClient(before).create();
    await queueClient(before).send('purged');
    await queueClient(before).call('PurgeQueue');

    const after = await before.restarted(59_999);

    expect(await queueClient(after).receive()).toEqual([]);
    await expect(queueClient(after).call('PurgeQueue')).rejects.toMatchObject({ code: 'PurgeQueueInProgress' });
    await after.clock.advance(1);
    await queueClient(after).call('PurgeQueue');
  });

  it('counts receives on towards the dead-letter queue, and moves each message once', async () => {
    const before = await start();
    const deadLetterTargetArn = before.cloud.arn('sqs', 'dlq');
    await queueClient(before, 'dlq').create();
    await queueClient(before).create({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) });
    const { MessageId } = await queueClient(before).send('poison');
    await queueClient(before).receive({ VisibilityTimeout: 1 });

    const after = await before.restarted(1_000);
    expect(await queueClient(after).receive({ VisibilityTimeout: 1 })).toHaveLength(1);
    await after.clock.advance(1_000);
    expect(await queueClient(after).receive()).toEqual([]);
    const last = await after.restarted();

    expect(await queueClient(last).receive()).toEqual([]);
    const [dead, ...others] = await queueClient(last, 'dlq').receive({ AttributeNames: ['All'] });
    expect(others).toEqual([]);
    expect(dead).toMatchObject({
      MessageId,
      Attributes: { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: last.cloud.arn('sqs', 'q') },
    });
  });

  it('goes on with a move task where it was', async () => {
    const before = await start();
    const deadLetterTargetArn = before.cloud.arn('sqs', 'dlq');
    await queueClient(before, 'dlq').create();
    await queueClient(before).create({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }) });
    for (let n = 0; n < 20; n++) await queueClient(before, 'dlq').send(String(n));
    const SourceArn = deadLetterTargetArn;
    const DestinationArn = before.cloud.arn('sqs', 'q');
    const task = { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 2 };
    await before.call('sqs', 'StartMessageMoveTask', task);
    await before.clock.advance(3_100);
    const list = (running: RestartableCloud) => running.call('sqs', 'ListMessageMoveTasks', { SourceArn });

    const after = await before.restarted();

    expect(await list(after)).toEqual(await list(before));
    await expect(after.call('sqs', 'StartMessageMoveTask', task)).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
    await after.clock.advance(60_000);
    expect(await list(after)).toMatchObject({
      Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 20 }],
    });
    expect(bodiesOf(await drain(queueClient(after))).sort()).toEqual(
      Array.from({ length: 20 }, (_, n) => `${n}`).sort(),
    );
    const last = await after.restarted();
    expect(await list(last)).toEqual(await list(after));
  });

  it('reports its gauges again', async () => {
    const before = await start();
    await queueClient(before).create();
    const after = await before.restarted();
    const names: string[] = [];
    after.cloud.metrics = ({ name }) => names.push(name);
    await after.clock.advance(60_000);
    expect(names).toContain('ApproximateAgeOfOldestMessage');
  });
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.nat(2), delay: fc.nat(3), id: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 4 }), s: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), pick: fc.nat(), s: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(6_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Does the same with one queue of each kind, whose messages go to a dead-letter queue after three receives. */
async function drive(running: RestartableCloud, suffix: '' | '.fifo', steps: readonly Step[]): Promise<void> {
  const isFifo = suffix !== '';
  const fifo = isFifo ? { FifoQueue: 'true' } : {};
  const deadLetterTargetArn = running.cloud.arn('sqs', `dlq${suffix}`);
  await queueClient(running, `dlq${suffix}`).create(fifo);
  const client = queueClient(running, `q${suffix}`);
  await client.create({ ...fifo, RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) });
  const received: Received[] = [];
  for (const [index, action] of steps.entries()) {
    const picked = 'pick' in action ? received[action.pick % Math.max(1, received.length)] : undefined;
    if (action.kind === 'wait') await running.clock.advance(action.ms);
    if (action.kind === 'settle') await running.journal.settled();
    if (action.kind === 'send')
      await client.send(
        `${index}`,
        isFifo
          ? { MessageGroupId: `${action.group}`, MessageDeduplicationId: `${action.id}` }
          : { DelaySeconds: action.delay },
      );
    if (action.kind === 'receive')
      received.push(...(await client.receive({ MaxNumberOfMessages: action.max, VisibilityTimeout: action.s })));
    if (action.kind === 'delete' && picked) await client.remove(picked).catch(() => {}); // a handle may have expired
    if (action.kind === 'change' && picked) {
      const input = { ReceiptHandle: picked.ReceiptHandle, VisibilityTimeout: action.s };
      await client.call('ChangeMessageVisibility', input).catch(() => {}); // as above
    }
  }
}

/** Everything that clients can see from now on, with the time of each message's coming. */
async function future(running: RestartableCloud, suffix: string): Promise<unknown> {
  const seen: unknown[] = [];
  const startMs = running.clock.now();
  for (const name of [`q${suffix}`, `dlq${suffix}`]) seen.push(await queueClient(running, name).attributes());
  for (let second = 0; second < 12; second++) {
    for (const name of [`q${suffix}`, `dlq${suffix}`]) {
      const messages = await drain(queueClient(running, name));
      const shown = messages.map(message => ({ ...message, name, atMs: running.clock.now() - startMs }));
      // a standard queue promises no order
      if (suffix === '') shown.sort((a, b) => (a.MessageId < b.MessageId ? -1 : 1));
      else shown.sort((a, b) => Number(a.Attributes?.MessageGroupId) - Number(b.Attributes?.MessageGroupId));
      seen.push(...shown);
    }
    await running.clock.advance(1_000);
  }
  const again = [];
  for (let id = 0; suffix !== '' && id <= 40; id++) {
    const message = { MessageGroupId: 'again', MessageDeduplicationId: `${id}` };
    const { SequenceNumber } = await queueClient(running, `q${suffix}`).send('again', message);
    again.push(SequenceNumber);
  }
  return { seen, again };
}

describe.each([
  ['standard', '' as const, undefined],
  ['FIFO', '.fifo' as const, undefined],
  ['standard (with snapshots)', '' as const, 2_000],
  ['FIFO (with snapshots)', '.fifo' as const, 2_000],
])('A %s queue', (_, suffix, snapshotAfterBytes) => {
  it('is after kill -9 what it would have been without', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
        await drive(before, suffix, steps);
        const after = await before.restarted();
        expect(await future(after, suffix)).toEqual(await future(before, suffix));
        for (const remove of removers.splice(0)) await remove();
      }),
      { numRuns: 40, seed: 20260101 },
    );
  });
});
