/** Says what the embedded cloud can make of a template, for the documentation and for people. */
import { z } from 'zod';
import { allResourceTypes } from '../resources/registry.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import { INTRINSICS } from './evaluate.ts';

export interface TypeSupport {
  readonly type: string;
  /** Dotted; `[]` marks a list's items, `*` a map's values. */
  readonly properties: readonly string[];
  /** Accepted, but changes nothing here. */
  readonly inert: readonly string[];
}

export interface Support {
  readonly intrinsics: readonly string[];
  readonly types: readonly TypeSupport[];
}

export function describeSupport(types: readonly ResourceType<unknown>[] = allResourceTypes()): Support {
  return {
    intrinsics: [...INTRINSICS.keys()],
    types: types
      .map(({ type, properties, inert }) => ({
        type,
        properties: [...new Set(propertyPaths(schemaOf(properties), ''))].sort(),
        inert: [...(inert ?? [])].sort(),
      }))
      .sort((a, b) => a.type.localeCompare(b.type)),
  };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

function schemaOf(properties: z.ZodType<unknown>): Schema {
  // zod's JSON Schema is wider than the few keywords that are read here
  return z.toJSONSchema(properties, { io: 'input', unrepresentable: 'any', reused: 'inline', cycles: 'ref' }) as Schema;
}

function propertyPaths(schema: Schema, path: string): string[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const memberPath = path === '' ? name : `${path}.${name}`;
    return [memberPath, ...propertyPaths(member, memberPath)];
  });
  const { items, additionalProperties: values } = schema;
  return [
    ...members,
    ...(items ? propertyPaths(items, `${path}[]`) : []),
    ...(typeof values === 'object' ? propertyPaths(values, `${path}.*`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])].flatMap(alternative =>
      propertyPaths(alternative, path),
    ),
  ];
}
