import { describe, expect, it } from 'vitest';
import { kinesisFixture } from './kinesis-fixture.ts';

describe('CreateStream', () => {
  it('makes four shards when neither mode nor shard count is given', async () => {
    const { call, listShards } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events' });
    expect((await listShards('events')).map(shard => shard.HashKeyRange.StartingHashKey)).toEqual([
      '0',
      '85070591730234615865843651857942052864',
      '170141183460469231731687303715884105728',
      '255211775190703847597530955573826158592',
    ]);
    expect(await call('DescribeStreamSummary', { StreamName: 'events' })).toMatchObject({
      StreamDescriptionSummary: {
        StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events',
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        OpenShardCount: 4,
        RetentionPeriodHours: 24,
      },
    });
  });

  it.each([
    [{}, 'ValidationException', "Value null at 'streamName'"],
    [{ StreamName: 'a b', ShardCount: 1 }, 'ValidationException', 'regular expression pattern: [a-zA-Z0-9_.-]+'],
    [{ StreamName: 'x', ShardCount: 0 }, 'ValidationException', 'value greater than or equal to 1'],
    [{ StreamName: 'x', StreamModeDetails: { StreamMode: 'ODD' } }, 'ValidationException', 'enum value set'],
    [{ StreamName: 'events', ShardCount: 1 }, 'ResourceInUseException', 'Stream events under account'],
    [{ StreamName: 7 }, 'SerializationException', 'StreamName must be a string'],
  ])('refuses %j', async (input, name, message) => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await expect(call('CreateStream', input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });
});

describe('A stream', () => {
  it('is found by name or ARN, and missed in the words of AWS', async () => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    const byArn = { StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events' };
    expect(await call('DescribeStream', byArn)).toMatchObject({ StreamDescription: { StreamName: 'events' } });
    await expect(call('DescribeStream', { StreamName: 'wrong-stream-name' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Stream wrong-stream-name under account 000000000000 not found.',
    });
  });

  it('is listed by name in pages, and gone once deleted', async () => {
    const { call } = kinesisFixture();
    for (const StreamName of ['c', 'a', 'b']) await call('CreateStream', { StreamName, ShardCount: 1 });
    const page = await call<{ NextToken: string }>('ListStreams', { Limit: 2 });
    expect(page).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
    expect(await call('ListStreams', { NextToken: page.NextToken })).toMatchObject({ StreamNames: ['c'] });
    await call('DeleteStream', { StreamName: 'a' });
    expect(await call('ListStreams', {})).toMatchObject({ StreamNames: ['b', 'c'], HasMoreStreams: false });
  });

  it('keeps tags and consumers', async () => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await call('AddTagsToStream', { StreamName: 'events', Tags: { foo: 'bar', team: 'x' } });
    await call('RemoveTagsFromStream', { StreamName: 'events', TagKeys: ['team'] });
    expect(await call('ListTagsForStream', { StreamName: 'events' })).toEqual({
      Tags: [{ Key: 'foo', Value: 'bar' }],
      HasMoreTags: false,
    });
    const StreamARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
    const { Consumer } = await call<{ Consumer: { ConsumerARN: string } }>('RegisterStreamConsumer', {
      StreamARN,
      ConsumerName: 'fan-out',
    });
    expect(Consumer.ConsumerARN).toMatch(/:stream\/events\/consumer\/fan-out:\d+$/);
    expect(await call('DescribeStreamConsumer', { ConsumerARN: Consumer.ConsumerARN })).toMatchObject({
      ConsumerDescription: { ConsumerName: 'fan-out', ConsumerStatus: 'ACTIVE', StreamARN },
    });
    await expect(call('DeleteStream', { StreamName: 'events' })).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    await call('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'fan-out' });
    expect(await call('ListStreamConsumers', { StreamARN })).toEqual({ Consumers: [] });
  });

  it.each([
    ['IncreaseStreamRetentionPeriod', 24, 'can not be shorter than existing'],
    ['IncreaseStreamRetentionPeriod', 8761, 'is too long'],
    ['DecreaseStreamRetentionPeriod', 72, 'can not be longer than existing'],
    ['DecreaseStreamRetentionPeriod', 23, 'is too short'],
  ])('refuses %s to %i hours when it keeps 48', async (operation, RetentionPeriodHours, message) => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 48 });
    await expect(call(operation, { StreamName: 'events', RetentionPeriodHours })).rejects.toThrow(message);
  });
});

describe('kinesisService permissions', () => {
  it('names the stream of every call, that of an iterator too', async () => {
    const { cloud, call, iterator } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    const service = cloud.service('kinesis');
    const streamArn = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
    const shardIterator = await iterator('events', 'shardId-000000000000');
    expect(service?.permissions?.('PutRecords', { StreamName: 'events' })).toEqual([
      { action: 'kinesis:PutRecords', resources: [streamArn] },
    ]);
    expect(service?.permissions?.('GetRecords', { ShardIterator: shardIterator })).toEqual([
      { action: 'kinesis:GetRecords', resources: [streamArn] },
    ]);
    expect(service?.permissions?.('ListStreams', {})).toEqual([{ action: 'kinesis:ListStreams', resources: ['*'] }]);
  });
});
