import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const properties = z.strictObject({
  RegistryName: z.string().optional(),
  Description: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export const eventschemasRegistry = resourceType({
  type: 'AWS::EventSchemas::Registry',
  properties,
  async create({ RegistryName, Description, Tags = [] }, context) {
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const input = { RegistryName: RegistryName ?? context.physicalName(64), Description, tags };
    const created = await callSchemas(context, 'CreateRegistry', input);
    return { ref: String(created.RegistryArn), attributes: attributesOf(created) };
  },
  async change({ RegistryName, Description = '' }, context, { created, properties: before }) {
    if (RegistryName !== before.RegistryName) {
      throw new Error('its RegistryName has changed, and a registry is not renamed: bring back what it was');
    }
    await callSchemas(context, 'UpdateRegistry', { ...created.attributes, Description });
    return created;
  },
  remove: ({ created }, context) =>
    callSchemas(context, 'DeleteRegistry', { RegistryName: created.attributes?.RegistryName }),
});

function attributesOf({ RegistryArn, RegistryName }: JsonObject) {
  return { RegistryArn, RegistryName };
}

function callSchemas({ cloud }: ResourceContext, operation: string, input: JsonObject): Promise<JsonObject> {
  return cloud.call({ service: 'schemas', operation, input, principal: OPERATOR });
}
