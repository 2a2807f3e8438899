import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import {
  badRequest,
  conflict,
  description,
  registryName,
  schemaContent,
  schemaName,
  schemaType,
  tagsOf,
} from './schema-members.ts';
import {
  notFound,
  type SchemaContent,
  type SchemaRegistries,
  type SchemaRegistry,
  type StoredSchema,
} from './schema-registries.ts';

export interface SchemasParts {
  readonly cloud: Cloud;
  readonly registries: SchemaRegistries;
}

export type SchemasOperation = (parts: SchemasParts, input: JsonObject) => unknown;

export const createRegistry: SchemasOperation = ({ cloud, registries }, input) => {
  const name = registryName(input);
  if (registries.hasRegistry(name)) throw conflict(`Registry with name ${name} already exists.`);
  const registry = { name, description: description(input), tags: tagsOf(input) };
  registries.putRegistry(registry);
  return describedRegistry(cloud, registry);
};

export const describeRegistry: SchemasOperation = ({ cloud, registries }, input) =>
  describedRegistry(cloud, registries.registry(registryName(input)));

export const updateRegistry: SchemasOperation = ({ cloud, registries }, input) => {
  const before = registries.registry(registryName(input));
  const registry = { ...before, description: description(input, before.description) };
  registries.putRegistry(registry);
  return describedRegistry(cloud, registry);
};

/** Only an empty one can be deleted. */
export const deleteRegistry: SchemasOperation = ({ registries }, input) => {
  const { name } = registries.registry(registryName(input));
  if (registries.schemasOf(name).length > 0) throw badRequest(`Registry ${name} must be empty to be deleted.`);
  registries.deleteRegistry(name);
};

export const listRegistries: SchemasOperation = ({ cloud, registries }, input) => {
  const prefix = String(input.RegistryNamePrefix ?? '');
  const found = registries.registries.filter(({ name }) => name.startsWith(prefix));
  return { Registries: found.map(registry => describedRegistry(cloud, registry)) };
};

export const createSchema: SchemasOperation = ({ cloud, registries }, input) => {
  const registry = registries.registry(registryName(input)).name;
  const name = schemaName(input);
  if (registries.hasSchema(registry, name)) throw conflict(`Schema with name ${name} already exists.`);
  const type = schemaType(input);
  const nowMs = cloud.clock.now();
  const schema: StoredSchema = {
    registry,
    name,
    description: description(input),
    tags: tagsOf(input),
    modifiedMs: nowMs,
    versions: [{ version: '1', type, content: schemaContent(input, type), createdMs: nowMs }],
  };
  registries.putSchema(schema);
  return describedSchema(cloud, schema);
};

/** Another content is another version; the earlier ones stay. */
export const updateSchema: SchemasOperation = ({ cloud, registries }, input) => {
  const before = registries.schema(registryName(input), schemaName(input));
  const last = lastOf(before);
  const type = schemaType(input, last.type);
  const content = input.Content === undefined ? last.content : schemaContent(input, type);
  const isNew = content !== last.content || type !== last.type;
  const nowMs = cloud.clock.now();
  const added = { version: String(Number(last.version) + 1), type, content, createdMs: nowMs };
  const schema: StoredSchema = {
    ...before,
    description: description(input, before.description),
    modifiedMs: nowMs,
    versions: isNew ? [...before.versions, added] : before.versions,
  };
  registries.putSchema(schema);
  return describedSchema(cloud, schema);
};

export const describeSchema: SchemasOperation = ({ cloud, registries }, input) => {
  const schema = registries.schema(registryName(input), schemaName(input));
  const { SchemaVersion: wanted } = input;
  const found = wanted === undefined ? lastOf(schema) : schema.versions.find(({ version }) => version === wanted);
  if (!found) throw notFound(`Schema version ${String(wanted)} does not exist.`);
  return { ...describedSchema(cloud, schema, found), Content: found.content };
};

export const deleteSchema: SchemasOperation = ({ registries }, input) => {
  const { registry, name } = registries.schema(registryName(input), schemaName(input));
  registries.deleteSchema(registry, name);
};

export const listSchemas: SchemasOperation = ({ cloud, registries }, input) => {
  const { name } = registries.registry(registryName(input));
  const prefix = String(input.SchemaNamePrefix ?? '');
  const found = registries.schemasOf(name).filter(schema => schema.name.startsWith(prefix));
  return {
    Schemas: found.map(schema => ({
      LastModified: iso(schema.modifiedMs),
      SchemaArn: arnOf(cloud, schema),
      SchemaName: schema.name,
      tags: schema.tags,
      VersionCount: schema.versions.length,
    })),
  };
};

export const listSchemaVersions: SchemasOperation = ({ cloud, registries }, input) => {
  const schema = registries.schema(registryName(input), schemaName(input));
  return {
    SchemaVersions: schema.versions.map(({ version, type }) => ({
      SchemaArn: arnOf(cloud, schema),
      SchemaName: schema.name,
      SchemaVersion: version,
      Type: type,
    })),
  };
};

function describedRegistry(cloud: Cloud, { name, description: Description, tags }: SchemaRegistry): JsonObject {
  return { Description, RegistryArn: cloud.arn('schemas', `registry/${name}`), RegistryName: name, tags };
}

function describedSchema(cloud: Cloud, schema: StoredSchema, content = lastOf(schema)): JsonObject {
  return {
    Description: schema.description,
    LastModified: iso(schema.modifiedMs),
    SchemaArn: arnOf(cloud, schema),
    SchemaName: schema.name,
    SchemaVersion: content.version,
    tags: schema.tags,
    Type: content.type,
    VersionCreatedDate: iso(content.createdMs),
  };
}

function lastOf({ name, versions }: StoredSchema): SchemaContent {
  const last = versions.at(-1);
  if (!last) throw new Error(`Cannot read schema '${name}': it must have a version`);
  return last;
}

function arnOf(cloud: Cloud, { registry, name }: StoredSchema): string {
  return cloud.arn('schemas', `schema/${registry}/${name}`);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
