/** Takes schemas apart that are composed with `allOf`, `anyOf` and `oneOf`. */
import { type JsonSchema, type SchemaObject, schemaList } from '../json-schema.ts';
import { constrains, resolveReference } from '../resolve-reference.ts';

/** Alternatives of which a value keeps at least (`anyOf`) or exactly (`oneOf`) one. */
export interface Alternatives {
  readonly kind: 'anyOf' | 'oneOf';
  readonly schemas: readonly JsonSchema[];
}

/** A part that always holds, with where it stands. */
export interface Part {
  readonly schema: JsonSchema;
  readonly segments: readonly (string | number)[];
}

/** A schema as the conjunction of plain parts and choices. */
export interface Composition {
  /** Without compositions in them, unless they are boolean. The schema's own keywords come first. */
  readonly parts: readonly Part[];
  readonly choices: readonly Alternatives[];
}

/** A choice with one alternative is none: it is a part. */
export function takeApart(schema: SchemaObject, root: JsonSchema): Composition {
  const { allOf, anyOf, oneOf, ...own } = schema;
  const parts: Part[] = constrains(own) ? [{ schema: own, segments: [] }] : [];
  const choices: Alternatives[] = [];
  const always = schemaList(allOf).map((inner, index): Part => ({ schema: inner, segments: ['allOf', index] }));
  for (const [kind, given] of [['anyOf', anyOf] as const, ['oneOf', oneOf] as const]) {
    const schemas = schemaList(given);
    const [only, ...more] = schemas;
    if (only === undefined) continue;
    if (more.length === 0) always.push({ schema: only, segments: [kind, 0] });
    else choices.push({ kind, schemas });
  }
  for (const { schema: inner, segments } of always) {
    const resolved = resolveReference(inner, root);
    if (typeof resolved === 'boolean') {
      parts.push({ schema: resolved, segments });
      continue;
    }
    const nested = takeApart(resolved, root);
    parts.push(...nested.parts.map(part => ({ schema: part.schema, segments: [...segments, ...part.segments] })));
    choices.push(...nested.choices);
  }
  return { parts, choices };
}
