/** Rules about what must not be, what holds under a condition, and what another document says. */
import { canonicalJson } from '../../events/canonical-json.ts';
import { asSchema, isSchemaObject, type JsonSchema, type SchemaObject, typesOf } from '../json-schema.ts';
import { type Clash, type Comparison, clash, within } from './comparison.ts';

/** `not`: what the reader excludes, the writer must exclude as well. */
export function notClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader, place, inside } = comparison;
  if (reader.not === undefined || equal(writer.not, reader.not)) return [];
  const excluded = asSchema(reader.not);
  if (excluded === false || (isSchemaObject(excluded) && areApart(writer, excluded))) return [];
  const covered =
    writer.not !== undefined && inside(excluded, asSchema(writer.not), within(place, ['not'])).length === 0;
  return covered ? [] : [clash(comparison, 'not', 'values that are excluded', `not ${canonicalJson(reader.not)}`)];
}

/** Whether no value can have a type that both allow. */
function areApart(one: SchemaObject, other: SchemaObject): boolean {
  const [types, others] = [typesOf(one), typesOf(other)];
  if (!types || !others) return false;
  const numeric = (names: ReadonlySet<string>) => names.has('integer') || names.has('number');
  return ![...types].some(type => others.has(type)) && !(numeric(types) && numeric(others));
}

/** `if`, `then`, `else`: the same condition with consequences that the reader takes, or none of the reader's. */
export function conditionClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader, place, inside } = comparison;
  if (reader.if === undefined) return [];
  if (!equal(writer.if, reader.if)) {
    return [clash(comparison, 'if', 'values without this condition', `if ${canonicalJson(reader.if)}`)];
  }
  const branch = (schema: SchemaObject, name: string): JsonSchema => asSchema(schema[name]);
  return ['then', 'else'].flatMap(name =>
    equal(writer[name], reader[name]) ? [] : inside(branch(writer, name), branch(reader, name), within(place, [name])),
  );
}

/** References that cannot be followed here: the same text means the same schema. */
export function referenceClashes(comparison: Comparison): readonly Clash[] {
  return ['$ref', '$dynamicRef'].flatMap(rule => {
    const [written, read] = [comparison.writer[rule], comparison.reader[rule]];
    if (read === undefined || read === written) return [];
    return [clash(comparison, rule, canonicalJson(written ?? 'no reference'), canonicalJson(read))];
  });
}

function equal(one: unknown, other: unknown): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null) && (one === undefined) === (other === undefined);
}
