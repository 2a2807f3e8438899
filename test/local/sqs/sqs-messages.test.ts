import { describe, expect, it } from 'vitest';
import { sqsFixture } from './sqs-fixture.ts';

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

describe('SendMessage', () => {
  it('digests body and attributes as AWS does (digests recorded from AWS)', async () => {
    const { createQueue, send, receive } = sqsFixture();
    const url = await createQueue('orders');
    const MessageAttributes = {
      Hello: { DataType: 'String', StringValue: 'There' },
      General: { DataType: 'String', StringValue: 'Kenobi' },
      'Help.Me': { DataType: 'String', StringValue: 'Me' },
    };
    expect(await send(url, 'msg', { MessageAttributes })).toMatchObject({
      MD5OfMessageBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
      MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
    });
    const asked = async (...MessageAttributeNames: string[]) =>
      (await receive(url, { MessageAttributeNames, VisibilityTimeout: 0 }))[0]?.MD5OfMessageAttributes;
    expect(await asked('All')).toBe('4c360f3fdafd970e05fae2f149d997f5');
    expect(await asked('.*')).toBe('4c360f3fdafd970e05fae2f149d997f5');
    expect(await asked('Hello', 'General')).toBe('fca026605781cb4126a1e9044df24232');
    expect(await asked('Hello', 'None')).toBe('a311262e065454b75da111d535b8dacd');
    expect(await asked('Hel.*')).toBe('83fee93c1bcd8b9a5a923ffacdc636c7');
    expect(await asked('None')).toBeUndefined();
    expect(await asked()).toBeUndefined();
  });

  it.each([
    [{ MyAttribute: { DataType: 'String', StringValue: 'foobar' } }, 'adb59cd4678ea5a855436b949cd07ab6'],
    [{ attr1: { DataType: 'Number', StringValue: '99.12' } }, 'd302007e9aa062660afc85fd0a482472'],
    [
      {
        attr1: {
          DataType: 'Binary',
          BinaryValue: btoa('traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01'),
        },
      },
      '8cbe4db156db8a94db8b801b7addb984',
    ],
  ])('digests attributes %j', async (MessageAttributes, digest) => {
    const { createQueue, send } = sqsFixture();
    expect(await send(await createQueue('q'), 'x', { MessageAttributes })).toMatchObject({
      MD5OfMessageAttributes: digest,
    });
  });

  it.each([
    [{ MessageBody: '' }, 'MissingParameter', 'The request must contain the parameter MessageBody.'],
    [{ MessageBody: 'a\u0000' }, 'InvalidMessageContents', /^Invalid characters found/],
    [{ DelaySeconds: 901 }, 'InvalidParameterValue', /^Value 901 for parameter DelaySeconds is invalid/],
    [{ MessageGroupId: 'group 123' }, 'InvalidParameterValue', /^Value group 123 for parameter MessageGroupId is/],
    [{ MessageDeduplicationId: 'x' }, 'InvalidParameterValue', /not valid for this queue type\.$/],
    [
      { MessageAttributes: { ErrorDetails: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterValue',
      /attribute 'ErrorDetails' must contain a non-empty value of type 'String'\.$/,
    ],
    [{ MessageAttributes: { a: { DataType: 'Odd', StringValue: 'x' } } }, 'InvalidParameterValue', /type prefixes is/],
    [{ MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } }, 'InvalidParameterValue', /to a number\.$/],
    [
      { MessageBody: 'x'.repeat(1_048_577) },
      'InvalidParameterValue',
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    ],
  ])('refuses %#', async (input, queryCode, message) => {
    const { createQueue, send, receive } = sqsFixture();
    const url = await createQueue('q');
    const error: unknown = await send(url, 'x', input).catch(reason => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect([(error as { queryCode?: string }).queryCode, (error as Error).name]).toContain(queryCode);
    expect(await receive(url)).toEqual([]);
  });

  it('counts attributes into the size of a message', async () => {
    const { createQueue, send } = sqsFixture();
    const url = await createQueue('q', { MaximumMessageSize: '1024' });
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'v' } };
    await send(url, 'x'.repeat(1024 - 8), { MessageAttributes });
    await expect(send(url, 'x'.repeat(1024 - 7), { MessageAttributes })).rejects.toThrow('shorter than 1024 bytes');
  });

  it('makes a delayed message wait, by its own delay before that of the queue', async () => {
    const { clock, createQueue, send, bodies, counts } = sqsFixture();
    const url = await createQueue('q', { DelaySeconds: '10' });
    await send(url, 'queue delay');
    await send(url, 'no delay', { DelaySeconds: 0 });
    await send(url, 'own delay', { DelaySeconds: 20 });
    expect(await bodies(url)).toEqual(['no delay']);
    expect(await counts(url)).toEqual({ visible: 0, inFlight: 1, delayed: 2 });
    await clock.advance(10_000);
    expect(await bodies(url)).toEqual(['queue delay']);
    await clock.advance(9_999);
    expect(await bodies(url)).toEqual([]);
    await clock.advance(1);
    expect(await bodies(url)).toEqual(['own delay']);
  });
});

describe('SendMessageBatch', () => {
  it('keeps the good entries of a mixed batch and refuses the others one by one', async () => {
    const { call, createQueue, bodies } = sqsFixture();
    const QueueUrl = await createQueue('q', { MaximumMessageSize: '1024' });
    const Entries = [
      { Id: 'long', MessageBody: 'x'.repeat(1025) },
      { Id: 'good', MessageBody: 'good' },
      { Id: 'empty', MessageBody: '' },
    ];
    expect(await call('SendMessageBatch', { QueueUrl, Entries })).toMatchObject({
      Successful: [{ Id: 'good', MD5OfMessageBody: '755f85c2723bb39381c7379a604160d8' }],
      Failed: [
        {
          Id: 'long',
          SenderFault: true,
          Code: 'InvalidParameterValue',
          Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
        },
        { Id: 'empty', Code: 'MissingParameter' },
      ],
    });
    expect(await bodies(QueueUrl)).toEqual(['good']);
  });

  it.each([
    [[], 'EmptyBatchRequest', /at least one SendMessageBatchRequestEntry/],
    [
      Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, MessageBody: 'x' })),
      'TooManyEntriesInBatchRequest',
      /are 10/,
    ],
    [[{ Id: 'a.b', MessageBody: 'x' }], 'InvalidBatchEntryId', /^A batch entry id can only contain/],
    [Array(2).fill({ Id: 'a', MessageBody: 'x' }), 'BatchEntryIdsNotDistinct', /Id a repeated/],
    [
      [
        { Id: 'a', MessageBody: 'x'.repeat(1_048_576) },
        { Id: 'b', MessageBody: 'x' },
      ],
      'BatchRequestTooLong',
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ],
  ])('refuses the whole request: %#', async (Entries, code, message) => {
    const { call, createQueue, receive } = sqsFixture();
    const QueueUrl = await createQueue('q');
    await expect(call('SendMessageBatch', { QueueUrl, Entries })).rejects.toMatchObject({
      code,
      queryCode: `AWS.SimpleQueueService.${code}`,
      message: expect.stringMatching(message),
    });
    expect(await receive(QueueUrl)).toEqual([]);
  });
});

describe('ReceiveMessage', () => {
  it('gives a message once per answer, also one that stays visible', async () => {
    const { createQueue, send, receive } = sqsFixture();
    const url = await createQueue('q');
    await send(url, 'one');
    await send(url, 'two');
    for (let i = 0; i < 2; i++) {
      const bodies = (await receive(url, { VisibilityTimeout: 0, MaxNumberOfMessages: 10 })).map(found => found.Body);
      expect(bodies.sort()).toEqual(['one', 'two']);
    }
  });

  it('shows the system attributes that were asked for', async () => {
    const { clock, createQueue, send, receive } = sqsFixture();
    const url = await createQueue('q');
    const AWSTraceHeader = { DataType: 'String', StringValue: TRACE };
    await send(url, 'x', { MessageSystemAttributes: { AWSTraceHeader }, MessageGroupId: 'tenant-1' });
    const sent = clock.now();
    await clock.advance(5_000);
    expect((await receive(url))[0]).not.toHaveProperty('Attributes');
    await clock.advance(30_000);
    const [message] = await receive(url, { MessageSystemAttributeNames: ['All'] });
    expect(message?.Attributes).toEqual({
      SenderId: '000000000000',
      SentTimestamp: String(sent),
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: String(sent + 5_000),
      MessageGroupId: 'tenant-1',
      AWSTraceHeader: TRACE,
    });
  });

  it('waits for a message, no longer than it was told, and serves those who waited first first', async () => {
    const { clock, createQueue, send, bodies } = sqsFixture();
    const url = await createQueue('q', { ReceiveMessageWaitTimeSeconds: '10' });
    const start = clock.now();
    const done: [string, number, readonly string[]][] = [];
    const wait = (name: string, more = {}) =>
      bodies(url, more).then(received => done.push([name, clock.now() - start, received]));
    wait('first');
    wait('second', { WaitTimeSeconds: 20 });
    await clock.advance(3_000);
    await send(url, 'a');
    await send(url, 'later', { DelaySeconds: 5 });
    await clock.advance(60_000);
    expect(done).toEqual([
      ['first', 3_000, ['a']],
      ['second', 8_000, ['later']],
    ]);
    wait('nothing', { WaitTimeSeconds: 20 });
    await clock.advance(1_000);
    expect(done[2]?.[2]).toHaveLength(2);
    expect(await bodies(url, { WaitTimeSeconds: 0 })).toEqual([]);
  });

  it('ends a wait when the time is over, when the queue is deleted, and when the cloud closes', async () => {
    const { clock, cloud, call, createQueue, bodies } = sqsFixture();
    const first = await createQueue('first');
    const second = await createQueue('second');
    const ended: string[] = [];
    void bodies(first, { WaitTimeSeconds: 5 }).then(() => ended.push('time'));
    await clock.advance(5_000);
    void bodies(first, { WaitTimeSeconds: 20 }).then(() => ended.push('deleted'));
    await call('DeleteQueue', { QueueUrl: first });
    await clock.settle();
    void bodies(second, { WaitTimeSeconds: 20 }).then(() => ended.push('closed'));
    await cloud.close();
    await clock.settle();
    expect(ended).toEqual(['time', 'deleted', 'closed']);
  });

  it('hides what it gives until the visibility timeout, and signals when it shows again', async () => {
    const { clock, cloud, createQueue, send, bodies } = sqsFixture();
    const url = await createQueue('q');
    const signals: number[] = [];
    cloud.signals.subscribe(cloud.arn('sqs', 'q'), () => signals.push(clock.now()));
    const start = clock.now();
    await send(url, 'a');
    expect(await bodies(url)).toEqual(['a']);
    expect(await bodies(url)).toEqual([]);
    await clock.advance(29_999);
    expect(await bodies(url)).toEqual([]);
    await clock.advance(1);
    expect(await bodies(url)).toEqual(['a']);
    expect(signals).toEqual([start, start + 30_000]);
  });

  it('forgets a message when the retention period has passed, even in flight', async () => {
    const { clock, createQueue, send, bodies, counts } = sqsFixture();
    const url = await createQueue('q', { MessageRetentionPeriod: '60', VisibilityTimeout: '50' });
    await send(url, 'a');
    await clock.advance(20_000);
    await bodies(url);
    await clock.advance(40_000);
    expect(await bodies(url)).toEqual([]);
    expect(await counts(url)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it.each([
    [
      { MaxNumberOfMessages: 11 },
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and',
    ],
    [{ WaitTimeSeconds: 21 }, 'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if'],
    [{ WaitTimeSeconds: -1 }, 'Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if'],
    [{ VisibilityTimeout: 43_201 }, 'Value 43201 for parameter VisibilityTimeout is invalid.'],
  ])('refuses %j', async (input, message) => {
    const { createQueue, receive } = sqsFixture();
    await expect(receive(await createQueue('q'), input)).rejects.toThrow(message);
  });
});

describe('DeleteMessage', () => {
  it('deletes by the latest handle only, twice without harm, and after the timeout too', async () => {
    const { clock, createQueue, send, receive, remove, counts } = sqsFixture();
    const url = await createQueue('q');
    await send(url, 'a');
    const [first] = await receive(url);
    await clock.advance(30_000);
    const [second] = await receive(url);
    if (!first || !second) throw new Error('expected two receives');
    await remove(url, first);
    expect(await counts(url)).toMatchObject({ inFlight: 1 });
    await clock.advance(30_000);
    await remove(url, second);
    await remove(url, second);
    expect(await counts(url)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('refuses handles that are none of the queue, one by one in a batch', async () => {
    const { call, createQueue, send, receive } = sqsFixture();
    const QueueUrl = await createQueue('q');
    const other = await createQueue('other');
    await send(QueueUrl, 'a');
    const [message] = await receive(QueueUrl);
    const Entries = [
      { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
      { Id: 'garbage', ReceiptHandle: 'garbage' },
    ];
    await expect(
      call('DeleteMessage', { QueueUrl: other, ReceiptHandle: message?.ReceiptHandle }),
    ).rejects.toMatchObject({ code: 'ReceiptHandleIsInvalid' });
    expect(await call('DeleteMessageBatch', { QueueUrl, Entries })).toEqual({
      Successful: [{ Id: 'good' }],
      Failed: [
        {
          Id: 'garbage',
          SenderFault: true,
          Code: 'ReceiptHandleIsInvalid',
          Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
        },
      ],
    });
  });
});

describe('ChangeMessageVisibility', () => {
  it('extends, shortens and ends the time in which a message is hidden', async () => {
    const { clock, call, createQueue, send, receive, bodies } = sqsFixture();
    const QueueUrl = await createQueue('q');
    await send(QueueUrl, 'a');
    const [message] = await receive(QueueUrl);
    const change = (VisibilityTimeout: number) =>
      call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout });
    await change(100);
    await clock.advance(99_999);
    expect(await bodies(QueueUrl)).toEqual([]);
    await change(10);
    await clock.advance(10_000);
    await change(10); // visible again, but not received again: still allowed
    expect(await bodies(QueueUrl)).toEqual([]);
    await change(0);
    expect(await bodies(QueueUrl)).toEqual(['a']);
    await expect(change(5)).rejects.toMatchObject({
      message: expect.stringContaining('Message does not exist or is not available for visibility timeout change.'),
    });
  });

  it('never hides a message for more than 12 hours in all', async () => {
    const { clock, call, createQueue, send, receive } = sqsFixture();
    const QueueUrl = await createQueue('q');
    await send(QueueUrl, 'a');
    const [message] = await receive(QueueUrl);
    await clock.advance(1_000);
    const Entries = [
      { Id: 'over', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 43_200 },
      { Id: 'odd', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 43_201 },
      { Id: 'good', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 43_199 },
    ];
    expect(await call('ChangeMessageVisibilityBatch', { QueueUrl, Entries })).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'over', Message: expect.stringContaining('Total VisibilityTimeout') }, { Id: 'odd' }],
    });
  });
});
