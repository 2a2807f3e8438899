import { isSchemaObject, type JsonSchema, type SchemaObject, schemaList, schemasByName } from '../json-schema.ts';
import { resolveReference } from '../resolve-reference.ts';

/** What a version of a schema knows of a value: the names of its members, and what stands for those that are absent. */
export interface DataShape {
  /** Absent where members are not named one by one: then all of them are known. */
  readonly members?: Readonly<Record<string, DataShape>>;
  readonly items?: DataShape;
  readonly default?: unknown;
}

/** Deeper than that nothing is cast; schemas that refer to themselves end there. */
const MAX_DEPTH = 16;

/** The shape of the values that a schema describes. Alternatives and conditions count with the members that they name. */
export function dataShapeOf(schema: JsonSchema): DataShape {
  return shapeOf(schema, schema, 0);
}

function shapeOf(given: JsonSchema, root: JsonSchema, depth: number): DataShape {
  const schema = resolveReference(given, root);
  if (!isSchemaObject(schema) || depth === MAX_DEPTH) return {};
  const inner = (part: JsonSchema) => shapeOf(part, root, depth + 1);
  const { default: standIn, items } = schema;
  const named = [...schemasByName(schema.properties)].map(([name, member]) => [name, inner(member)] as const);
  const own: DataShape = {
    ...(named.length > 0 && !namesOthers(schema) && { members: Object.fromEntries(named) }),
    ...(isSchemaObject(items) && { items: inner(items) }),
    ...(standIn !== undefined && { default: standIn }),
  };
  const certain = schemaList(schema.allOf).map(inner);
  const possible = [...schemaList(schema.anyOf), ...schemaList(schema.oneOf), ...branchesOf(schema)]
    .map(inner)
    .map(withoutDefaults);
  return [...certain, ...possible].reduce(joined, own);
}

/** Members that have no names of their own here are known all the same. */
function namesOthers({ patternProperties, additionalProperties }: SchemaObject): boolean {
  return patternProperties !== undefined || isSchemaObject(additionalProperties);
}

function branchesOf(schema: SchemaObject): readonly JsonSchema[] {
  const branches = [schema.then, schema.else].filter(isSchemaObject);
  return [...branches, ...schemasByName(schema.dependentSchemas).values()];
}

function joined(one: DataShape, other: DataShape): DataShape {
  const members = one.members && other.members ? { ...other.members, ...one.members } : (one.members ?? other.members);
  const items = one.items ?? other.items;
  const standIn = one.default ?? other.default;
  return { ...(members && { members }), ...(items && { items }), ...(standIn !== undefined && { default: standIn }) };
}

/** What only may apply stands for nothing that is absent. */
function withoutDefaults({ members, items }: DataShape): DataShape {
  const plain = Object.entries(members ?? {}).map(([name, member]) => [name, withoutDefaults(member)]);
  return { ...(members && { members: Object.fromEntries(plain) }), ...(items && { items: withoutDefaults(items) }) };
}
