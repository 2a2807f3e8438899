import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const code = z.union([
  z.strictObject({ S3Bucket: z.string(), S3Key: z.string(), S3ObjectVersion: z.string().optional() }),
  z.strictObject({ ZipFile: z.string() }),
]);

const properties = z.strictObject({
  Architectures: z.array(z.string()).optional(),
  Code: code,
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  Description: z.string().optional(),
  Environment: z
    .strictObject({
      Variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
    })
    .optional(),
  EphemeralStorage: z.strictObject({ Size: z.coerce.number().int() }).optional(),
  FunctionName: z.string().optional(),
  Handler: z.string().optional(),
  KmsKeyArn: z.string().optional(),
  LoggingConfig: z
    .strictObject({
      ApplicationLogLevel: z.string().optional(),
      LogFormat: z.string().optional(),
      LogGroup: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  MemorySize: z.coerce.number().int().optional(),
  RecursiveLoop: z.string().optional(),
  ReservedConcurrentExecutions: z.coerce.number().int().optional(),
  Role: z.string(),
  Runtime: z.string().optional(),
  RuntimeManagementConfig: z.strictObject({ UpdateRuntimeOn: z.string() }).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  Timeout: z.coerce.number().int().optional(),
  TracingConfig: z.strictObject({ Mode: z.string().optional() }).optional(),
});

/** Runs the folder of the CDK asset as it is. */
export const lambdaFunction = resourceType({
  type: 'AWS::Lambda::Function',
  properties,
  inert: [
    'Architectures',
    'EphemeralStorage',
    'KmsKeyArn',
    'LoggingConfig.ApplicationLogLevel',
    'RecursiveLoop',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  ],
  async create({ Code, FunctionName, ReservedConcurrentExecutions, ...settings }, context) {
    const { cloud } = context;
    const name = FunctionName ?? context.physicalName(64);
    const call = callOn(name, context);
    await call('CreateFunction', { ...settings, Code: codeSource(Code, context) });
    if (ReservedConcurrentExecutions !== undefined)
      await call('PutFunctionConcurrency', { ReservedConcurrentExecutions });
    return { ref: name, attributes: { Arn: cloud.arn('lambda', `function:${name}`) } };
  },
  async change({ Code, FunctionName: _, ReservedConcurrentExecutions, ...settings }, context, { created }) {
    const call = callOn(created.ref, context);
    await call('UpdateFunctionConfiguration', settings);
    await call('UpdateFunctionCode', codeSource(Code, context));
    if (ReservedConcurrentExecutions === undefined) await call('DeleteFunctionConcurrency', {});
    else await call('PutFunctionConcurrency', { ReservedConcurrentExecutions });
    return created;
  },
  remove: ({ created }, context) => callOn(created.ref, context)('DeleteFunction', {}),
});

function callOn(name: string, { cloud }: ResourceContext) {
  return (operation: string, input: JsonObject) =>
    cloud.call({ service: 'lambda', operation, input: { FunctionName: name, ...input }, principal: OPERATOR });
}

function codeSource(source: z.infer<typeof code>, context: ResourceContext): JsonObject {
  if ('ZipFile' in source) return { ZipFile: source.ZipFile };
  return { LocalDirectory: context.assetPath({ bucket: source.S3Bucket, key: source.S3Key }) };
}
