import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Operation, Service } from '../../cloud/service.ts';
import {
  createRegistry,
  createSchema,
  deleteRegistry,
  deleteSchema,
  describeRegistry,
  describeSchema,
  listRegistries,
  listSchemas,
  listSchemaVersions,
  type SchemasOperation,
  updateRegistry,
  updateSchema,
} from './operations.ts';
import { SchemaRegistries } from './schema-registries.ts';
import { schemasWire } from './schemas-wire.ts';

const OPERATIONS: Readonly<Record<string, SchemasOperation>> = {
  CreateRegistry: createRegistry,
  CreateSchema: createSchema,
  DeleteRegistry: deleteRegistry,
  DeleteSchema: deleteSchema,
  DescribeRegistry: describeRegistry,
  DescribeSchema: describeSchema,
  ListRegistries: listRegistries,
  ListSchemaVersions: listSchemaVersions,
  ListSchemas: listSchemas,
  UpdateRegistry: updateRegistry,
  UpdateSchema: updateSchema,
};

/** The EventBridge schema registry: registries of schemas in versions. It enforces nothing and discovers nothing. */
export function schemasService(cloud: Cloud): Service {
  const parts = { cloud, registries: new SchemaRegistries(cloud) };
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) operations[name] = input => operation(parts, input);
  return {
    name: 'schemas',
    wire: schemasWire(cloud),
    operations,
    permissions: (operation, input) => [{ action: `schemas:${operation}`, resources: [resourceOf(cloud, input)] }],
  };
}

function resourceOf(cloud: Cloud, { RegistryName: registry, SchemaName: schema }: JsonObject): string {
  if (typeof registry !== 'string') return '*';
  return cloud.arn('schemas', typeof schema === 'string' ? `schema/${registry}/${schema}` : `registry/${registry}`);
}
