/**
 * Finds what a writer's schema allows and a reader's schema refuses.
 *
 * 1. No clash means: whatever keeps the writer's schema keeps the reader's. The rules judge keyword by keyword, so a
 *    change that no keyword of its own proves harmless is reported.
 * 2. `oneOf` is judged as `anyOf` where alternatives are added, as the schema registries do: nothing proves here that
 *    two alternatives never hold at once.
 * 3. Annotations (titles, descriptions, examples, `x-*`) never clash.
 */
import { canonicalJson } from '../../events/canonical-json.ts';
import { isSchemaObject, type JsonSchema, type SchemaObject } from '../json-schema.ts';
import { mergedSchemas } from '../merged-schemas.ts';
import { resolveReference } from '../resolve-reference.ts';
import { arrayClashes } from './array-rules.ts';
import { type Clash, type CompatibilityPolicy, type Place, within } from './comparison.ts';
import { type Alternatives, type Composition, takeApart } from './compositions.ts';
import { conditionClashes, notClashes, referenceClashes } from './condition-rules.ts';
import { objectClashes } from './object-rules.ts';
import { countClashes, enumClashes, numberClashes, textClashes, typeClashes } from './value-rules.ts';

const RULES = [
  enumClashes,
  numberClashes,
  textClashes,
  countClashes,
  objectClashes,
  arrayClashes,
  notClashes,
  conditionClashes,
  referenceClashes,
];

/** The whole documents, for their references, and what is being compared already. */
interface Search {
  readonly writerRoot: JsonSchema;
  readonly readerRoot: JsonSchema;
  readonly policy: CompatibilityPolicy;
  /** Pairs on the way from the roots to here: a recursive schema is compared once. */
  readonly open: Map<SchemaObject, Set<SchemaObject>>;
}

/** What data that keep `writer` may be refused for by `reader`. */
export function findClashes(
  writer: JsonSchema,
  reader: JsonSchema,
  policy: CompatibilityPolicy = 'registry',
): readonly Clash[] {
  const search = { writerRoot: writer, readerRoot: reader, policy, open: new Map() };
  return distinct(clashesOf(writer, reader, { pointer: '', field: 'data' }, search));
}

function clashesOf(writer: JsonSchema, reader: JsonSchema, place: Place, search: Search): readonly Clash[] {
  if (reader === true || writer === false) return [];
  if (isSchemaObject(writer) && isSchemaObject(reader) && !enter(writer, reader, search)) return [];
  try {
    const written = resolveReference(writer, search.writerRoot);
    const read = resolveReference(reader, search.readerRoot);
    if (read === true || written === false) return [];
    if (read === false) return [{ ...place, rule: 'false', writes: 'a value', reads: 'nothing here' }];
    if (saysTheSame(written, read)) return [];
    return composedClashes(written === true ? {} : written, read, place, search);
  } finally {
    if (isSchemaObject(writer) && isSchemaObject(reader)) search.open.get(writer)?.delete(reader);
  }
}

/** Equal words mean the same, where no reference leads elsewhere. */
function saysTheSame(one: JsonSchema, other: JsonSchema): boolean {
  const text = canonicalJson(one);
  return text === canonicalJson(other) && !/"\$(?:dynamicR|r)ef"/.test(text);
}

/** `false` when the pair is being compared already. */
function enter(writer: SchemaObject, reader: SchemaObject, { open }: Search): boolean {
  const readers = open.get(writer) ?? new Set();
  if (readers.has(reader)) return false;
  open.set(writer, readers.add(reader));
  return true;
}

function composedClashes(writer: SchemaObject, reader: SchemaObject, place: Place, search: Search): readonly Clash[] {
  const written = takeApart(writer, search.writerRoot);
  const read = takeApart(reader, search.readerRoot);
  if (written.parts.some(part => part.schema === false)) return [];
  return [
    ...read.parts.flatMap(part => partClashes(written, part.schema, within(place, part.segments), search)),
    ...read.choices.flatMap(choice => choiceClashes(written, choice, place, search)),
  ];
}

/** A part of the reader holds when the writer's parts imply it, or every alternative of one of its choices does. */
function partClashes(written: Composition, part: JsonSchema, place: Place, search: Search): readonly Clash[] {
  if (typeof part === 'boolean') return clashesOf(whole(written), part, place, search);
  const attempts = [whole(written), ...schemasOf(written).filter(isSchemaObject)].map(schema =>
    plainClashes(schema, part, place, search),
  );
  const byChoice = written.choices.map(choice =>
    alternativesOf(written, choice).flatMap(alternative => clashesOf(alternative, part, place, search)),
  );
  const [first = []] = written.parts.length === 0 && byChoice.length > 0 ? byChoice : attempts;
  return [...attempts, ...byChoice].some(clashes => clashes.length === 0) ? [] : first;
}

/** A choice of the reader holds when one of its alternatives always does, or each alternative of the writer finds one. */
function choiceClashes(written: Composition, choice: Alternatives, place: Place, search: Search): readonly Clash[] {
  const at = within(place, [choice.kind]);
  const takes = (schema: JsonSchema) => choice.schemas.some(one => clashesOf(schema, one, at, search).length === 0);
  if (written.choices.some(own => canonicalJson(own.schemas) === canonicalJson(choice.schemas) && fits(own, choice))) {
    return [];
  }
  const wholes = [whole(written), ...schemasOf(written)];
  if (written.parts.length > 0 && wholes.some(takes)) return [];
  const refused = written.choices.map(own =>
    fits(own, choice) ? alternativesOf(written, own).filter(alternative => !takes(alternative)) : own.schemas,
  );
  if (refused.some(alternatives => alternatives.length === 0)) return [];
  const writes = canonicalJson(refused[0]?.[0] ?? wholes[0] ?? true);
  const reads = choice.kind === 'oneOf' ? 'exactly one of its alternatives' : 'none of its alternatives';
  return [{ ...at, rule: choice.kind, writes, reads: `${reads}, of ${choice.schemas.length}` }];
}

/** At least one is not exactly one. */
function fits(written: Alternatives, read: Alternatives): boolean {
  return !(written.kind === 'anyOf' && read.kind === 'oneOf');
}

/** The alternatives of a choice, each with what holds beside it. */
function alternativesOf(written: Composition, choice: Alternatives): readonly JsonSchema[] {
  return choice.schemas.map(alternative =>
    isSchemaObject(alternative) && !('$ref' in alternative)
      ? mergedSchemas([alternative, ...schemasOf(written)], 'leave-out')
      : alternative,
  );
}

/** What a composition's parts say together, as far as it can be said in one schema. */
function whole({ parts }: Composition): SchemaObject {
  return mergedSchemas(
    parts.map(part => part.schema),
    'leave-out',
  );
}

function schemasOf({ parts }: Composition): readonly JsonSchema[] {
  return parts.map(part => part.schema);
}

function plainClashes(writer: SchemaObject, reader: SchemaObject, place: Place, search: Search): readonly Clash[] {
  const inside = (inner: JsonSchema, other: JsonSchema, at: Place) => clashesOf(inner, other, at, search);
  const comparison = { writer, reader, place, policy: search.policy, inside };
  const types = typeClashes(comparison);
  return types.length > 0 ? types : RULES.flatMap(rule => rule(comparison));
}

function distinct(clashes: readonly Clash[]): readonly Clash[] {
  return [...new Map(clashes.map(clash => [`${clash.pointer} ${clash.rule} ${clash.field}`, clash])).values()];
}
