import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const properties = z.strictObject({
  StateMachineName: z.string().optional(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).optional(),
  DefinitionString: z.string().optional(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionS3Location: z
    .strictObject({ Bucket: z.string(), Key: z.string(), Version: z.string().optional() })
    .optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  RoleArn: z.string(),
  LoggingConfiguration: z
    .strictObject({
      Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
      IncludeExecutionData: flag.optional(),
      Destinations: z
        .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
        .optional(),
    })
    .optional(),
  TracingConfiguration: z.strictObject({ Enabled: flag.optional() }).optional(),
  EncryptionConfiguration: z.unknown().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

type Properties = z.infer<typeof properties>;

export const stepfunctionsStateMachine = resourceType({
  type: 'AWS::StepFunctions::StateMachine',
  properties,
  inert: ['EncryptionConfiguration', 'TracingConfiguration'],
  async create(resource, context) {
    const name = resource.StateMachineName ?? context.physicalName(80);
    const { Tags = [] } = resource;
    const input = {
      name,
      type: resource.StateMachineType ?? 'STANDARD',
      ...(await machineMembers(resource, context)),
      tags: Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
    };
    const { stateMachineArn } = await context.cloud.call<{ stateMachineArn: string }>({
      service: 'states',
      operation: 'CreateStateMachine',
      input,
      principal: OPERATOR,
    });
    return {
      ref: stateMachineArn,
      attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: 'INITIAL' },
    };
  },
  /** Executions under way go on with the definition that they began with. */
  async change(resource, context, { created }) {
    const input = { stateMachineArn: created.ref, ...(await machineMembers(resource, context)) };
    await context.cloud.call({ service: 'states', operation: 'UpdateStateMachine', input, principal: OPERATOR });
    return created;
  },
});

/** What of a machine can be changed. */
async function machineMembers(resource: Properties, context: ResourceContext) {
  const { LoggingConfiguration: logging, TracingConfiguration: tracing } = resource;
  return {
    roleArn: resource.RoleArn,
    definition: substituted(await definitionText(resource, context), resource.DefinitionSubstitutions ?? {}),
    ...(logging ? { loggingConfiguration: loggingMembers(logging) } : {}),
    ...(tracing ? { tracingConfiguration: { enabled: tracing.Enabled ?? false } } : {}),
  };
}

async function definitionText(resource: Properties, context: ResourceContext): Promise<string> {
  const { DefinitionString, Definition, DefinitionS3Location: location } = resource;
  if (DefinitionString !== undefined) return DefinitionString;
  if (Definition !== undefined) return JSON.stringify(Definition);
  if (location) return readFile(context.assetPath({ bucket: location.Bucket, key: location.Key }), 'utf8');
  throw new Error('Cannot create state machine: one of DefinitionString, Definition, DefinitionS3Location is required');
}

/** `${name}` in the definition becomes the value of that name; other placeholders stay, as in CloudFormation. */
function substituted(text: string, values: Readonly<Record<string, string | number | boolean>>): string {
  return text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : placeholder,
  );
}

function loggingMembers(logging: NonNullable<Properties['LoggingConfiguration']>) {
  return {
    level: logging.Level ?? 'OFF',
    includeExecutionData: logging.IncludeExecutionData ?? false,
    destinations: (logging.Destinations ?? []).map(({ CloudWatchLogsLogGroup }) => ({
      cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup.LogGroupArn },
    })),
  };
}
