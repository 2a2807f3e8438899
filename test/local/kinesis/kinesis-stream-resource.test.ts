import { describe, expect, it } from 'vitest';
import { kinesisStream } from '../../../local/resources/kinesis-stream.ts';
import { kinesisStreamConsumer } from '../../../local/resources/kinesis-stream-consumer.ts';
import { kinesisFixture } from './kinesis-fixture.ts';

function stack() {
  const { cloud, call } = kinesisFixture();
  const context = {
    cloud,
    stackName: 'Ingestion',
    logicalId: 'Events',
    physicalName: (maxLength = 255) => 'Ingestion-Events-0a1b2c3d'.slice(0, maxLength),
    assetPath: () => '',
  };
  const create = async (properties: unknown) =>
    kinesisStream.create(kinesisStream.properties.parse(properties), context);
  const change = async (before: unknown, after: unknown) => {
    const created = await create(before);
    const existing = { created, properties: kinesisStream.properties.parse(before) };
    return kinesisStream.change instanceof Function
      ? kinesisStream.change(kinesisStream.properties.parse(after), context, existing)
      : undefined;
  };
  return { cloud, context, call, create, change };
}

describe('AWS::Kinesis::Stream', () => {
  it('makes the stream that the template describes', async () => {
    const { call, create } = stack();
    const created = await create({
      Name: 'events',
      RetentionPeriodHours: 48,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      Tags: [{ Key: 'team', Value: 'x' }],
    });
    expect(created).toEqual({
      ref: 'events',
      attributes: { Arn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events' },
    });
    expect(await call('DescribeStreamSummary', { StreamName: 'events' })).toMatchObject({
      StreamDescriptionSummary: {
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        RetentionPeriodHours: 48,
        OpenShardCount: 4,
        EncryptionType: 'KMS',
      },
    });
    expect(await call('ListTagsForStream', { StreamName: 'events' })).toMatchObject({ Tags: [{ Key: 'team' }] });
  });

  it('makes one provisioned shard under a generated name when nothing is said', async () => {
    const { call, create } = stack();
    expect(await create({})).toMatchObject({ ref: 'Ingestion-Events-0a1b2c3d' });
    expect(await call('DescribeStreamSummary', { StreamName: 'Ingestion-Events-0a1b2c3d' })).toMatchObject({
      StreamDescriptionSummary: { StreamModeDetails: { StreamMode: 'PROVISIONED' }, OpenShardCount: 1 },
    });
  });

  it('refuses a property that it does not know', async () => {
    await expect(stack().create({ DesiredShardLevelMetrics: ['ALL'] })).rejects.toThrow('DesiredShardLevelMetrics');
  });

  it('takes other settings in place, and keeps its records', async () => {
    const { call, change } = stack();
    const before = {
      Name: 'events',
      ShardCount: 2,
      RetentionPeriodHours: 48,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      Tags: [
        { Key: 'team', Value: 'x' },
        { Key: 'old', Value: 'y' },
      ],
    };
    const after = { Name: 'events', ShardCount: 3, MaxRecordSizeInKiB: 2048, Tags: [{ Key: 'team', Value: 'z' }] };
    expect(await change(before, after)).toMatchObject({ ref: 'events' });
    expect(await call('DescribeStreamSummary', { StreamName: 'events' })).toMatchObject({
      StreamDescriptionSummary: {
        OpenShardCount: 3,
        RetentionPeriodHours: 24,
        MaxRecordSizeInKiB: 2048,
        EncryptionType: 'NONE',
      },
    });
    expect(await call('ListTagsForStream', { StreamName: 'events' })).toMatchObject({
      Tags: [{ Key: 'team', Value: 'z' }],
    });
    expect(await call('ListShards', { StreamName: 'events' })).toMatchObject({ Shards: { length: 7 } });
  });

  it('becomes on demand, and refuses another name and more than twice the shards', async () => {
    const onDemand = { Name: 'events', StreamModeDetails: { StreamMode: 'ON_DEMAND' } };
    const { call, change } = stack();
    await change({ Name: 'events', ShardCount: 2 }, onDemand);
    expect(await call('DescribeStreamSummary', { StreamName: 'events' })).toMatchObject({
      StreamDescriptionSummary: { OpenShardCount: 2, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
    });
    await expect(stack().change({ Name: 'events' }, { Name: 'other' })).rejects.toThrow('Name cannot be changed');
    await expect(stack().change({ Name: 'events' }, { Name: 'events', ShardCount: 3 })).rejects.toThrow('over double');
  });
});

describe('AWS::Kinesis::StreamConsumer', () => {
  it('registers a consumer under its ARN, and can be removed', async () => {
    const { call, create, context } = stack();
    await create({ Name: 'events' });
    const StreamARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
    const properties = { ConsumerName: 'projector', StreamARN };
    const created = await kinesisStreamConsumer.create(properties, context);
    expect(created.ref).toMatch(/:stream\/events\/consumer\/projector:\d+$/);
    expect(created.attributes).toMatchObject({ ConsumerARN: created.ref, ConsumerStatus: 'ACTIVE', StreamARN });
    await kinesisStreamConsumer.remove?.({ created, properties }, context);
    expect(await call('ListStreamConsumers', { StreamARN })).toEqual({ Consumers: [] });
  });
});
