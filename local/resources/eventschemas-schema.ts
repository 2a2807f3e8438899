import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  RegistryName: z.string(),
  SchemaName: z.string().optional(),
  Type: z.enum(['OpenApi3', 'JSONSchemaDraft4']),
  Content: z.string(),
  Description: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** Another content makes another version; the earlier ones stay. */
export const eventschemasSchema = resourceType({
  type: 'AWS::EventSchemas::Schema',
  properties,
  async create({ SchemaName, Tags = [], ...schema }, context) {
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const input = { ...schema, SchemaName: SchemaName ?? context.physicalName(255), tags };
    return createdOf(await callSchemas(context, 'CreateSchema', input));
  },
  async change(
    { SchemaName, RegistryName, Type, Content, Description = '' },
    context,
    { created, properties: before },
  ) {
    if (SchemaName !== before.SchemaName || RegistryName !== before.RegistryName) {
      throw new Error(
        'its SchemaName or RegistryName has changed, and a schema is not renamed: bring back what it was',
      );
    }
    const input = { RegistryName, SchemaName: created.attributes?.SchemaName, Type, Content, Description };
    return createdOf(await callSchemas(context, 'UpdateSchema', input));
  },
  remove: ({ created, properties: { RegistryName } }, context) =>
    callSchemas(context, 'DeleteSchema', { RegistryName, SchemaName: created.attributes?.SchemaName }),
});

function createdOf({ SchemaArn, SchemaName, SchemaVersion, LastModified, VersionCreatedDate }: JsonObject) {
  return {
    ref: String(SchemaArn),
    attributes: { SchemaArn, SchemaName, SchemaVersion, LastModified, VersionCreatedDate },
  };
}

function callSchemas({ cloud }: ResourceContext, operation: string, input: JsonObject): Promise<JsonObject> {
  return cloud.call({ service: 'schemas', operation, input, principal: OPERATOR });
}
