import { accepted, type Result, refused } from '../../result.ts';
import { isSchemaObject } from '../json-schema.ts';
import type { Matcher } from './matcher.ts';
import { InvalidPattern, parseMatcher } from './parse-matcher.ts';

/** What a pattern asks of one field: any of the matchers suffices. */
export interface FieldCondition {
  readonly path: readonly string[];
  readonly matchers: readonly Matcher[];
}

/** The field of a condition, as it is spoken of: `detail.data.amountMilli`. */
export function fieldOf({ path }: Pick<FieldCondition, 'path'>): string {
  return path.join('.');
}

/** A branch of a `$or`, by its place in the pattern: `$or[1]`. */
export interface OrBranch {
  readonly name: string;
}

/** One way to meet a pattern: every condition holds. Conditions outside of a `$or` are shared by its alternatives. */
export interface Alternative {
  readonly conditions: readonly FieldCondition[];
  /** The branches that were taken. */
  readonly branches: readonly OrBranch[];
}

/** An event pattern, parsed and found valid: it is met when one of its alternatives is. */
export interface EventPattern {
  readonly alternatives: readonly Alternative[];
}

/** Why a pattern is not valid, and at which field. */
export interface PatternRefusal {
  readonly field: string;
  readonly reason: string;
}

/** EventBridge's limit for the text of a pattern. */
export const MAX_PATTERN_CHARS = 4096;
/** More ways than anybody writes by hand. */
const MAX_ALTERNATIVES = 1000;
/** Names that EventBridge takes for operators inside a `$or`. */
const RESERVED_INSIDE_OR = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['html', '=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

/** Parses an event pattern by the rules that EventBridge holds it to when a rule is put. */
export function parseEventPattern(pattern: unknown): Result<EventPattern, PatternRefusal> {
  const place: Place = { path: [], insideOr: false };
  try {
    if (!isSchemaObject(pattern)) throw new InvalidPattern('a pattern must be an object');
    const chars = JSON.stringify(pattern).length;
    if (chars > MAX_PATTERN_CHARS) {
      throw new InvalidPattern(`a pattern must have at most ${MAX_PATTERN_CHARS} characters, has ${chars}`);
    }
    return accepted({ alternatives: objectIn(pattern, [{ conditions: [], branches: [] }], place) });
  } catch (error) {
    if (error instanceof InvalidPattern) return refused({ field: place.path.join('.'), reason: error.message });
    throw error;
  }
}

/** Where parsing is; after a refusal, where it stopped. */
interface Place {
  path: readonly string[];
  readonly insideOr: boolean;
}

type Alternatives = readonly Alternative[];

function objectIn(value: object, before: Alternatives, place: Place): Alternatives {
  const entries = Object.entries(value);
  if (entries.length === 0) throw new InvalidPattern('an empty object is not allowed');
  const { path } = place;
  let alternatives = before;
  for (const [name, asked] of entries) {
    place.path = [...path, name];
    alternatives = name === '$or' ? orIn(asked, alternatives, { place, path }) : fieldIn(asked, alternatives, place);
  }
  place.path = path;
  return alternatives;
}

function fieldIn(asked: unknown, before: Alternatives, place: Place): Alternatives {
  const name = place.path.at(-1) ?? '';
  if (place.insideOr && RESERVED_INSIDE_OR.has(name)) {
    throw new InvalidPattern(`inside $or a field cannot be called '${name}': that is the name of an operator`);
  }
  if (isSchemaObject(asked)) return objectIn(asked, before, place);
  if (!Array.isArray(asked)) {
    throw new InvalidPattern(`a field is given a list or an object, received ${JSON.stringify(asked)}`);
  }
  if (asked.length === 0) throw new InvalidPattern('an empty list is not allowed');
  const path = place.path.flatMap(each => each.split('.')); // a dotted name is several, to EventBridge
  const condition: FieldCondition = { path, matchers: asked.map(parseMatcher) };
  const field = fieldOf(condition);
  return before.map(({ conditions, branches }) => ({
    conditions: [...conditions.filter(other => fieldOf(other) !== field), condition], // the last one counts
    branches,
  }));
}

function orIn(
  asked: unknown,
  before: Alternatives,
  { place, path }: { readonly place: Place; readonly path: readonly string[] },
): Alternatives {
  if (!Array.isArray(asked)) throw new InvalidPattern('$or needs a list of objects');
  if (asked.length < 2) throw new InvalidPattern('$or needs at least two objects');
  const ways = asked.flatMap((branch: unknown, index) => {
    if (!isSchemaObject(branch)) throw new InvalidPattern('$or needs a list of objects');
    const name = [...path, `$or[${index}]`].join('.');
    const taken: OrBranch = { name };
    const inner: Place = { path, insideOr: true };
    const started = before.map(each => ({ ...each, branches: [...each.branches, taken] }));
    try {
      return objectIn(branch, started, inner);
    } finally {
      place.path = inner.path;
    }
  });
  if (ways.length > MAX_ALTERNATIVES) {
    throw new InvalidPattern(`$or: at most ${MAX_ALTERNATIVES} combinations are looked at, found ${ways.length}`);
  }
  return ways;
}
