import { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().optional(),
  ShardCount: z.coerce.number().int().optional(),
  RetentionPeriodHours: z.coerce.number().int().optional(),
  MaxRecordSizeInKiB: z.coerce.number().int().optional(),
  StreamModeDetails: z.strictObject({ StreamMode: z.enum(['ON_DEMAND', 'PROVISIONED']) }).optional(),
  StreamEncryption: z.strictObject({ EncryptionType: z.literal('KMS'), KeyId: z.string() }).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
type StreamProperties = z.infer<typeof properties>;
type Call = <Output>(operation: string, input: JsonObject) => Promise<Output>;

/** What a stream has that says nothing of it. */
const DEFAULT_RETENTION_HOURS = 24;
const DEFAULT_RECORD_KIB = 1024;

/** Without a mode CloudFormation makes a provisioned stream of one shard. */
export const kinesisStream = resourceType({
  type: 'AWS::Kinesis::Stream',
  properties,
  inert: ['StreamEncryption'],
  async create(stream, context) {
    const name = nameOf(stream, context);
    const call = callOn(context.cloud, name);
    const mode = modeOf(stream);
    await call('CreateStream', {
      StreamModeDetails: { StreamMode: mode },
      ...(mode === 'PROVISIONED' ? { ShardCount: stream.ShardCount ?? 1 } : {}),
      ...(stream.MaxRecordSizeInKiB === undefined ? {} : { MaxRecordSizeInKiB: stream.MaxRecordSizeInKiB }),
      Tags: tagsOf(stream),
    });
    if (stream.RetentionPeriodHours !== undefined)
      await call('IncreaseStreamRetentionPeriod', { RetentionPeriodHours: stream.RetentionPeriodHours });
    if (stream.StreamEncryption) await call('StartStreamEncryption', { ...stream.StreamEncryption });
    return { ref: name, attributes: { Arn: context.cloud.arn('kinesis', `stream/${name}`) } };
  },
  async change(stream, context, { created, properties: before }) {
    const name = nameOf(stream, context);
    if (name !== created.ref)
      throw new Error(
        `Name cannot be changed: the stream that holds the data is called '${created.ref}', not '${name}'`,
      );
    const call = callOn(context.cloud, name);
    await rescale(stream, call, created.attributes?.Arn);
    await retain(stream, call);
    await call('UpdateMaxRecordSize', { MaxRecordSizeInKiB: stream.MaxRecordSizeInKiB ?? DEFAULT_RECORD_KIB });
    if (stream.StreamEncryption) await call('StartStreamEncryption', { ...stream.StreamEncryption });
    else if (before.StreamEncryption) await call('StopStreamEncryption', { ...before.StreamEncryption });
    const gone = Object.keys(tagsOf(before)).filter(key => !(key in tagsOf(stream)));
    if (gone.length > 0) await call('RemoveTagsFromStream', { TagKeys: gone });
    await call('AddTagsToStream', { Tags: tagsOf(stream) });
    return created;
  },
});

function nameOf(stream: StreamProperties, context: ResourceContext): string {
  return stream.Name ?? context.physicalName(128);
}

function modeOf({ StreamModeDetails: details }: StreamProperties): 'ON_DEMAND' | 'PROVISIONED' {
  return details?.StreamMode ?? 'PROVISIONED';
}

function tagsOf({ Tags: tags }: StreamProperties): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(tag => [tag.Key, tag.Value]));
}

function callOn(cloud: Cloud, name: string): Call {
  return (operation, input) =>
    cloud.call({ service: 'kinesis', operation, input: { StreamName: name, ...input }, principal: OPERATOR });
}

/** A provisioned stream takes the number of shards of the template again, even if it had been scaled by hand. */
async function rescale(stream: StreamProperties, call: Call, StreamARN: unknown): Promise<void> {
  const now = await summary(call);
  const mode = modeOf(stream);
  if (now.StreamModeDetails.StreamMode !== mode)
    await call('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: mode } });
  const TargetShardCount = stream.ShardCount ?? 1;
  if (mode === 'PROVISIONED' && now.OpenShardCount !== TargetShardCount)
    await call('UpdateShardCount', { TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
}

async function retain(stream: StreamProperties, call: Call): Promise<void> {
  const now = await summary(call);
  const RetentionPeriodHours = stream.RetentionPeriodHours ?? DEFAULT_RETENTION_HOURS;
  const change = RetentionPeriodHours < now.RetentionPeriodHours ? 'Decrease' : 'Increase';
  if (RetentionPeriodHours !== now.RetentionPeriodHours)
    await call(`${change}StreamRetentionPeriod`, { RetentionPeriodHours });
}

interface StreamSummary {
  readonly OpenShardCount: number;
  readonly RetentionPeriodHours: number;
  readonly StreamModeDetails: { readonly StreamMode: string };
}

async function summary(call: Call): Promise<StreamSummary> {
  const answer = await call<{ StreamDescriptionSummary: StreamSummary }>('DescribeStreamSummary', {});
  return answer.StreamDescriptionSummary;
}
