/** Rules about arrays: what each position may hold, what there must be among them, and whether they differ. */
import { asSchema, canBe, isSchemaObject, type JsonSchema, type SchemaObject, schemaList } from '../json-schema.ts';
import { type Clash, type Comparison, clash, within } from './comparison.ts';

/** Everything about items. */
export function arrayClashes(comparison: Comparison): readonly Clash[] {
  if (!canBe(comparison.writer, 'array')) return [];
  return [...itemClashes(comparison), ...containsClashes(comparison), ...uniqueClashes(comparison)];
}

interface ItemSchemas {
  /** By position. */
  readonly first: readonly JsonSchema[];
  readonly rest: JsonSchema;
  /** The keywords that speak of each. */
  readonly firstKeyword: string;
  readonly restKeyword: string;
}

/** The same in the words of 2020-12 (`prefixItems`, `items`) and of earlier drafts (`items`, `additionalItems`). */
function itemsOf(schema: SchemaObject): ItemSchemas {
  if (Array.isArray(schema.items)) {
    const rest = asSchema(schema.additionalItems);
    return { first: schemaList(schema.items), rest, firstKeyword: 'items', restKeyword: 'additionalItems' };
  }
  const given = schema.items ?? schema.unevaluatedItems ?? (schema.type === undefined ? schema.additionalItems : true);
  return {
    first: schemaList(schema.prefixItems),
    rest: asSchema(given),
    firstKeyword: 'prefixItems',
    restKeyword: schema.items === undefined && schema.unevaluatedItems !== undefined ? 'unevaluatedItems' : 'items',
  };
}

function itemClashes({ writer, reader, place, inside }: Comparison): readonly Clash[] {
  const written = itemsOf(writer);
  const read = itemsOf(reader);
  const positions = Array.from({ length: Math.max(written.first.length, read.first.length) }, (_, index) => index);
  const first = positions.flatMap(index =>
    inside(
      written.first[index] ?? written.rest,
      read.first[index] ?? read.rest,
      within(place, [read.firstKeyword, index], `[${index}]`),
    ),
  );
  return [...first, ...inside(written.rest, read.rest, within(place, [read.restKeyword], '[]'))];
}

function containsClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader, place, inside } = comparison;
  if (!isSchemaObject(reader.contains) && typeof reader.contains !== 'boolean') return [];
  if (writer.contains === undefined) {
    return reader.minContains === 0 && reader.maxContains === undefined
      ? []
      : [clash(comparison, 'contains', 'arrays without such an item', 'wants one')];
  }
  const count = (value: unknown, fallback: number) => (typeof value === 'number' ? value : fallback);
  const clashes = [...inside(asSchema(writer.contains), reader.contains, within(place, ['contains']))];
  const [fewest, wanted] = [count(writer.minContains, 1), count(reader.minContains, 1)];
  if (fewest < wanted) clashes.push(clash(comparison, 'minContains', `${fewest} such items`, `at least ${wanted}`));
  const [most, limit] = [writer, reader].map(schema => count(schema.maxContains, Number.POSITIVE_INFINITY));
  if (most !== undefined && limit !== undefined && most > limit) {
    clashes.push(clash(comparison, 'maxContains', `more than ${limit} such items`, `at most ${limit}`));
  }
  return clashes;
}

function uniqueClashes(comparison: Comparison): readonly Clash[] {
  if (comparison.reader.uniqueItems !== true || comparison.writer.uniqueItems === true) return [];
  return [clash(comparison, 'uniqueItems', 'equal items', 'items that all differ')];
}
