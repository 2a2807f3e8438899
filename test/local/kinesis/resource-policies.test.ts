import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../local/cloud/principal.ts';
import { authorisation } from '../../../local/iam/authorisation.ts';
import { kinesisResourcePolicy } from '../../../local/resources/kinesis-resource-policy.ts';
import { iamService } from '../../../local/services/iam/iam-service.ts';
import { kinesisFixture } from './kinesis-fixture.ts';

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
const RULE: Principal = {
  kind: 'service',
  service: 'delivery.logs.amazonaws.com',
  sourceArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:a',
};

async function guarded() {
  const fixture = kinesisFixture();
  fixture.cloud.register(iamService(fixture.cloud));
  fixture.cloud.intercept(authorisation(fixture.cloud));
  await fixture.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
  const put = () => fixture.call('PutRecord', { StreamName: 'events', PartitionKey: 'a', Data: '' }, RULE);
  return { ...fixture, put };
}

const allowing = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: 'kinesis:PutRecord',
      Resource: STREAM_ARN,
    },
  ],
};

describe('The policy of a stream', () => {
  it('lets a service in that it names, from when it is put until it is deleted', async () => {
    const { call, put } = await guarded();
    await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await call('PutResourcePolicy', { ResourceARN: STREAM_ARN, Policy: JSON.stringify(allowing) });
    expect(await put()).toMatchObject({ ShardId: 'shardId-000000000000' });
    expect(await call('GetResourcePolicy', { ResourceARN: STREAM_ARN })).toEqual({ Policy: JSON.stringify(allowing) });
    await call('DeleteResourcePolicy', { ResourceARN: STREAM_ARN });
    await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await call('GetResourcePolicy', { ResourceARN: STREAM_ARN })).toEqual({ Policy: '{}' });
    await expect(call('DeleteResourcePolicy', { ResourceARN: STREAM_ARN })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is made by the template too', async () => {
    const { put, cloud } = await guarded();
    const context = { cloud, stackName: 's', logicalId: 'l', physicalName: () => 'n', assetPath: () => '' };
    const properties = { ResourceArn: STREAM_ARN, ResourcePolicy: allowing };
    const created = await kinesisResourcePolicy.create(properties, context);
    expect(created).toEqual({ ref: STREAM_ARN });
    await put();
    await kinesisResourcePolicy.remove?.({ created, properties }, context);
    await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it.each([
    [{ ResourceARN: STREAM_ARN, Policy: '{' }, 'InvalidArgumentException'],
    [{ ResourceARN: STREAM_ARN, Policy: JSON.stringify({ long: 'x'.repeat(20 * 1024) }) }, 'InvalidArgumentException'],
    [{ ResourceARN: STREAM_ARN }, 'ValidationException'],
    [{ ResourceARN: `${STREAM_ARN}2`, Policy: '{}' }, 'ResourceNotFoundException'],
    [{ ResourceARN: `${STREAM_ARN}/consumer/nobody:1`, Policy: '{}' }, 'ResourceNotFoundException'],
  ])('is refused: case %#', async (input, name) => {
    const { call } = await guarded();
    await expect(call('PutResourcePolicy', input)).rejects.toMatchObject({ name });
  });
});
