import { canonicalJson } from '../events/canonical-json.ts';
import { isSchemaObject, type JsonSchema, type SchemaObject, textList } from './json-schema.ts';

/**
 * What to do when two parts speak about the same thing in different words: `leave-out` drops the later part as a whole,
 * so that the result allows more than the parts do and never less; `last-wins` takes the later word.
 */
export type MergeConflict = 'leave-out' | 'last-wins';

/** One schema that says what all parts say. Boolean parts are passed over. */
export function mergedSchemas(parts: readonly JsonSchema[], onConflict: MergeConflict): SchemaObject {
  let whole: SchemaObject = {};
  for (const part of parts) {
    if (isSchemaObject(part)) whole = mergedPair(whole, part, onConflict) ?? whole;
  }
  return whole;
}

function mergedPair(one: SchemaObject, other: SchemaObject, onConflict: MergeConflict): SchemaObject | undefined {
  const result: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const present = result[keyword];
    if (present === undefined || canonicalJson(present) === canonicalJson(value)) result[keyword] = value;
    else if (keyword === 'required') result.required = [...new Set([...textList(present), ...textList(value)])];
    else if (keyword === 'properties' && isSchemaObject(present) && isSchemaObject(value)) {
      const properties = mergedProperties(present, value, onConflict);
      if (!properties) return undefined;
      result.properties = properties;
    } else if (onConflict === 'leave-out') return undefined;
    else result[keyword] = value;
  }
  return result;
}

function mergedProperties(one: SchemaObject, other: SchemaObject, onConflict: MergeConflict): SchemaObject | undefined {
  const both = Object.keys(one).filter(name => name in other);
  if (onConflict === 'leave-out') {
    return both.some(name => canonicalJson(one[name]) !== canonicalJson(other[name]))
      ? undefined
      : { ...one, ...other };
  }
  const merged = both.map(name => {
    const [present, value] = [one[name], other[name]];
    const inner = isSchemaObject(present) && isSchemaObject(value) && mergedPair(present, value, onConflict);
    return [name, inner || value];
  });
  return { ...one, ...other, ...Object.fromEntries(merged) };
}
