import { describe, expect, it } from 'vitest';
import { kinesisStream } from '../../../local/resources/kinesis-stream.ts';
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
  return { call, create };
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
});
