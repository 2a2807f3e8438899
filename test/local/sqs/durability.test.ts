import { afterEach, describe, expect, it } from 'vitest';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, restartableClouds } from '../../support/restartable-cloud.ts';
import { bodiesOf, drain, queueClient } from './queue-client.ts';
import type { Received } from './sqs-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => cloud.register(sqsService(cloud)));
  removers.push(clouds.remove);
  return clouds.start();
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

  it('leaves no record of what was deleted', async () => {
    const before = await start();
    await queueClient(before, 'q.fifo').create({ FifoQueue: 'true' });
    await queueClient(before).create();
    for (const name of ['q', 'q.fifo'])
      for (const id of ['a', 'b', 'c'])
        await queueClient(before, name).send(
          id,
          name === 'q' ? {} : { MessageGroupId: 'g', MessageDeduplicationId: id },
        );
    const received = await queueClient(before).receive();
    await before.journal.settled();
    for (const message of received) await queueClient(before).remove(message);
    await before.journal.settled();
    expect((await before.restarted()).journal.summary.records).toEqual({
      'sqs/queues': 2,
      'sqs/messages': 3,
      'sqs/sequences': 1,
      'sqs/sendings': 3,
    });
    for (const name of ['q', 'q.fifo']) await queueClient(before, name).call('DeleteQueue');
    expect((await before.restarted()).journal.summary.records).toEqual({});
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
