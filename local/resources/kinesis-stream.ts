import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().optional(),
  ShardCount: z.coerce.number().int().optional(),
  RetentionPeriodHours: z.coerce.number().int().optional(),
  MaxRecordSizeInKiB: z.coerce.number().int().optional(),
  StreamModeDetails: z.strictObject({ StreamMode: z.enum(['ON_DEMAND', 'PROVISIONED']) }).optional(),
  StreamEncryption: z.strictObject({ EncryptionType: z.literal('KMS'), KeyId: z.string() }).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** Without a mode CloudFormation makes a provisioned stream of one shard. */
export const kinesisStream = resourceType({
  type: 'AWS::Kinesis::Stream',
  properties,
  inert: ['StreamEncryption'],
  async create(stream, context) {
    const { cloud } = context;
    const name = stream.Name ?? context.physicalName(128);
    const mode = stream.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
    const call = (operation: string, input: JsonObject) =>
      cloud.call({ service: 'kinesis', operation, input: { StreamName: name, ...input }, principal: OPERATOR });
    await call('CreateStream', {
      StreamModeDetails: { StreamMode: mode },
      ...(mode === 'PROVISIONED' ? { ShardCount: stream.ShardCount ?? 1 } : {}),
      ...(stream.MaxRecordSizeInKiB === undefined ? {} : { MaxRecordSizeInKiB: stream.MaxRecordSizeInKiB }),
      Tags: Object.fromEntries((stream.Tags ?? []).map(tag => [tag.Key, tag.Value])),
    });
    if (stream.RetentionPeriodHours !== undefined)
      await call('IncreaseStreamRetentionPeriod', { RetentionPeriodHours: stream.RetentionPeriodHours });
    if (stream.StreamEncryption) await call('StartStreamEncryption', { ...stream.StreamEncryption });
    return { ref: name, attributes: { Arn: cloud.arn('kinesis', `stream/${name}`) } };
  },
});
