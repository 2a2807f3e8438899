import { describe, expect, it } from 'vitest';
import { sqsFixture } from './sqs-fixture.ts';

async function fifo(attributes: Record<string, string> = {}) {
  const fixture = sqsFixture();
  const url = await fixture.createQueue('q.fifo', { FifoQueue: 'true', ...attributes });
  const sendTo = (MessageGroupId: string, body: string, MessageDeduplicationId = body) =>
    fixture.send(url, body, { MessageGroupId, MessageDeduplicationId });
  return { ...fixture, url, sendTo };
}

describe('A FIFO queue', () => {
  it('gives the messages of a group in order, and blocks the group while any is in flight', async () => {
    const { clock, url, sendTo, receive, bodies, remove } = await fifo();
    for (const body of ['a1', 'a2', 'a3']) await sendTo('a', body);
    await sendTo('b', 'b1');
    const [first, second] = await receive(url, { MaxNumberOfMessages: 2 });
    expect([first?.Body, second?.Body]).toEqual(['a1', 'a2']);
    expect(await bodies(url)).toEqual(['b1']);
    if (first) await remove(url, first);
    expect(await bodies(url)).toEqual([]);
    if (second) await remove(url, second);
    expect(await bodies(url)).toEqual(['a3']);
    await clock.advance(30_000);
    expect([...(await bodies(url))].sort()).toEqual(['a3', 'b1']);
  });

  it('gives a message that comes back before those that were sent after it', async () => {
    const { call, clock, url, sendTo, receive, bodies } = await fifo();
    for (const body of ['a1', 'a2', 'a3']) await sendTo('a', body);
    const [first, second] = await receive(url, { MaxNumberOfMessages: 2 });
    const release = (ReceiptHandle: string | undefined) =>
      call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
    await release(first?.ReceiptHandle);
    expect(await bodies(url)).toEqual([]); // a2 is still in flight
    await release(second?.ReceiptHandle);
    expect(await bodies(url)).toEqual(['a1', 'a2', 'a3']);
    await clock.advance(30_000);
    expect(await bodies(url)).toEqual(['a1', 'a2', 'a3']);
  });

  it('wakes a waiting receive when a deletion unblocks the group', async () => {
    const { clock, url, sendTo, receive, bodies, remove } = await fifo();
    await sendTo('a', 'a1');
    await sendTo('a', 'a2');
    const [first] = await receive(url, { MaxNumberOfMessages: 1 });
    const waiting = bodies(url, { WaitTimeSeconds: 20 });
    await clock.advance(2_000);
    if (first) await remove(url, first);
    expect(await waiting).toEqual(['a2']);
  });

  it('takes a message once within five minutes, by id, whatever its body and group', async () => {
    const { clock, url, sendTo, bodies } = await fifo();
    const first = await sendTo('a', 'body', 'id-1');
    await clock.advance(299_999);
    expect(await sendTo('b', 'other', 'id-1')).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    });
    await clock.advance(1);
    const again = await sendTo('b', 'other', 'id-1');
    expect(again.MessageId).not.toBe(first.MessageId);
    expect(BigInt(again.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
    expect(again.SequenceNumber).toMatch(/^\d{20}$/);
    expect(await bodies(url)).toEqual(['body', 'other']);
  });

  it('recognises a message by its content, or per group, when it is told to', async () => {
    const content = await fifo({ ContentBasedDeduplication: 'true' });
    for (let i = 0; i < 2; i++) await content.send(content.url, 'same', { MessageGroupId: 'a' });
    expect(await content.bodies(content.url)).toEqual(['same']);
    const perGroup = await fifo({ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    for (const group of ['a', 'b', 'a']) await perGroup.sendTo(group, `in ${group}`, 'id');
    expect(await perGroup.bodies(perGroup.url)).toEqual(['in a', 'in b']);
  });

  it('is refused what only standard queues take, and what it needs', async () => {
    const { call, url, send } = await fifo();
    await expect(send(url, 'x')).rejects.toThrow('The request must contain the parameter MessageGroupId.');
    await expect(send(url, 'x', { MessageGroupId: 'a' })).rejects.toThrow(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
    const ids = { MessageGroupId: 'a', MessageDeduplicationId: 'x' };
    await expect(send(url, 'x', { ...ids, DelaySeconds: 1 })).rejects.toThrow('not valid for this queue type');
    await expect(send(url, 'x', { ...ids, MessageDeduplicationId: 'group 123' })).rejects.toThrow(
      'MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
    const Entries = [{ Id: '1', MessageBody: 'x' }];
    await expect(call('SendMessageBatch', { QueueUrl: url, Entries })).rejects.toMatchObject({
      queryCode: 'InvalidParameterValue',
      message: 'The request must contain the parameter MessageGroupId.',
    });
  });

  it('delays by the queue, and takes a delay of 0 as none given', async () => {
    const { clock, url, send, bodies } = await fifo({ DelaySeconds: '2' });
    await send(url, 'a', { MessageGroupId: 'a', MessageDeduplicationId: 'a', DelaySeconds: 0 });
    expect(await bodies(url)).toEqual([]);
    await clock.advance(2_000);
    expect(await bodies(url)).toEqual(['a']);
  });

  it('refuses to delete by a handle whose time has passed, unless the time was extended', async () => {
    const { call, clock, url, sendTo, receive, remove } = await fifo();
    await sendTo('a', 'a1');
    const [message] = await receive(url);
    if (!message) throw new Error('expected a message');
    const { ReceiptHandle } = message;
    await call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 60 });
    await clock.advance(40_000);
    await clock.advance(20_000);
    await expect(remove(url, message)).rejects.toMatchObject({
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    });
    const [again] = await receive(url);
    if (again) await remove(url, again);
    expect(await receive(url)).toEqual([]);
  });
});
