import { valuesOf } from '../json-schema.ts';
import { parseAddress } from './address-block.ts';
import { type Matcher, matcherText, type TextTest } from './matcher.ts';
import { matcherHolds } from './matcher-holds.ts';
import { commonRange, holdsAny, type NumericRange } from './numeric-range.ts';
import type { Reached } from './reached-values.ts';
import { type Place, placeCanBe } from './schema-place.ts';
import { textCanMatch } from './text-can-match.ts';
import { problemOfValue } from './value-problem.ts';

/** Why a matcher does no good at a field. */
export interface Obstacle {
  readonly kind: 'wrong-type' | 'impossible-value' | 'always-there' | 'no-value' | 'pointless';
  /** Continues a sentence that begins with the field: `is never above 100`. */
  readonly reason: string;
}

type ValueType = 'string' | 'number' | 'boolean' | 'null';
const VALUE_TYPES: readonly ValueType[] = ['string', 'number', 'boolean', 'null'];

/** Why no event can meet a matcher with what stands at a field, or why every event does; nothing when some may. */
export function judgeMatcher(matcher: Matcher, reached: Reached): Obstacle | undefined {
  if (matcher.kind === 'deferred') return undefined;
  if (matcher.kind === 'exists' && !matcher.isThere) {
    return reached.mayBeAbsent
      ? undefined
      : { kind: 'always-there', reason: 'is always there: the schema requires it' };
  }
  if (reached.values.length === 0) return { kind: 'no-value', reason: noValueText(reached) };
  return commonObstacle(reached.values.map(place => obstacleAt(matcher, place)));
}

/** Of the obstacles in each of several ways, the one in all of them; nothing where one way is free, or excludes something. */
export function commonObstacle(found: readonly (Obstacle | undefined)[]): Obstacle | undefined {
  const obstacles = found.filter(each => each !== undefined);
  const pointless = obstacles.filter(({ kind }) => kind === 'pointless');
  if (obstacles.length < found.length) return undefined;
  if (pointless.length > 0) return pointless.length === found.length ? pointless[0] : undefined;
  return obstacles.find(({ kind }) => kind === 'impossible-value') ?? obstacles[0];
}

function noValueText({ members }: Reached): string {
  if (members.length === 0) return 'never holds a value';
  return `is an object, and a pattern compares values: name one of its members (${members.join(', ')})`;
}

function obstacleAt(matcher: Matcher, place: Place): Obstacle | undefined {
  if (place.open && place.parts.length === 0) return undefined;
  const types = VALUE_TYPES.filter(type => placeCanBe(place, type));
  const wanted = comparedType(matcher);
  if (wanted !== undefined && !types.includes(wanted)) return misfit(matcher, { types, place, wanted });
  const known = knownValues(place);
  if (known) return known.some(value => matcherHolds(matcher, value)) ? undefined : neverOneOf(matcher, known);
  if (place.open) return undefined;
  const reason = unmetRule(matcher, place);
  return reason === undefined ? undefined : { kind: 'impossible-value', reason };
}

/** What values a matcher compares; an exclusion does no good among values of another type. */
function comparedType(matcher: Matcher): ValueType | undefined {
  switch (matcher.kind) {
    case 'exactly':
      return matcher.value === null ? 'null' : typeofValue(matcher.value);
    case 'text':
    case 'cidr':
    case 'anything-but-text':
      return 'string';
    case 'numeric':
      return 'number';
    case 'anything-but':
      return matcher.values.some(value => typeof value === 'string') ? 'string' : 'number';
    default:
      return undefined;
  }
}

function typeofValue(value: string | number | boolean): ValueType {
  return typeof value as 'string' | 'number' | 'boolean'; // the type says so
}

function misfit(
  matcher: Matcher,
  { types, place, wanted }: { readonly types: readonly ValueType[]; readonly place: Place; readonly wanted: ValueType },
): Obstacle {
  const isInteger = types.includes('number') && !place.parts.some(({ schema }) => saysNumber(schema.type));
  const names = types.map(type => (type === 'number' && isInteger ? 'integer' : type)).join(' or ');
  const article = /^[aeiou]/.test(names) ? 'an' : 'a';
  const is = types.length === 0 ? 'is no single value' : `is ${types[0] === 'null' ? '' : `${article} `}${names}`;
  const excludes = matcher.kind === 'anything-but' || matcher.kind === 'anything-but-text';
  const effect = excludes ? 'excludes nothing there' : `never matches: it compares with a ${wanted}`;
  return { kind: excludes ? 'pointless' : 'wrong-type', reason: `${is}, so ${matcherText(matcher)} ${effect}` };
}

function saysNumber(type: unknown): boolean {
  return type === 'number' || (Array.isArray(type) && type.includes('number'));
}

/** The values that a place names one by one, those that keep all its rules. */
function knownValues(place: Place): readonly unknown[] | undefined {
  const lists = place.parts.flatMap(({ schema }) => (valuesOf(schema) ? [valuesOf(schema) ?? []] : []));
  const [first] = lists;
  if (first) return first.filter(value => problemOfValue(value, place.parts) === undefined);
  return undefined;
}

function neverOneOf(matcher: Matcher, known: readonly unknown[]): Obstacle {
  const values = known.map(value => JSON.stringify(value)).join(', ');
  const are = known.length === 1 ? `is always ${values}` : `must be one of ${values}`;
  const excludes = matcher.kind === 'anything-but' || matcher.kind === 'anything-but-text';
  const effect = excludes ? 'leaves nothing' : 'never matches';
  return { kind: 'impossible-value', reason: `${are}, so ${matcherText(matcher)} ${effect}` };
}

function unmetRule(matcher: Matcher, { parts }: Place): string | undefined {
  if (matcher.kind === 'exactly') {
    if (typeof matcher.value === 'string' && parseAddress(matcher.value)) return undefined; // may be spelled otherwise
    const problem = problemOfValue(matcher.value, parts);
    return problem && `${problem}, so ${matcherText(matcher)} never matches`;
  }
  if (matcher.kind === 'numeric') {
    const { range, step } = numbersOf(parts);
    const isMet = holdsAny(commonRange(matcher.range, range), step);
    return isMet ? undefined : `is ${boundsText(range, step)}, so ${matcherText(matcher)} never matches`;
  }
  return matcher.kind === 'text' ? unmetText(matcher.test, matcher, parts) : undefined;
}

function unmetText(test: TextTest, matcher: Matcher, parts: Place['parts']): string | undefined {
  const most = Math.min(...parts.map(({ schema }) => numberOr(schema.maxLength, Number.POSITIVE_INFINITY)));
  const least = [...(test.wildcard ? test.wildcard.literals.join('') : test.text)].length;
  if (least > most && !test.ignoreCase) {
    return `has at most ${most} characters, so ${matcherText(matcher)} never matches`;
  }
  for (const { schema } of parts) {
    if (typeof schema.pattern === 'string' && !textCanMatch(schema.pattern, test)) {
      return `must match the pattern "${schema.pattern}", so ${matcherText(matcher)} never matches`;
    }
  }
  return undefined;
}

function numbersOf(parts: Place['parts']): { readonly range: NumericRange; readonly step: number | undefined } {
  let range: NumericRange = { from: undefined, to: undefined };
  let step: number | undefined;
  for (const { schema } of parts) {
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, type } = schema;
    for (const [value, open] of [[minimum, false] as const, [exclusiveMinimum, true] as const]) {
      if (typeof value === 'number') range = commonRange(range, { from: { value, open }, to: undefined });
    }
    for (const [value, open] of [[maximum, false] as const, [exclusiveMaximum, true] as const]) {
      if (typeof value === 'number') range = commonRange(range, { from: undefined, to: { value, open } });
    }
    if (typeof type === 'string' && type === 'integer') step ??= 1;
    if (typeof multipleOf === 'number' && Number.isInteger(multipleOf)) step = Math.max(step ?? 1, multipleOf);
  }
  return { range, step };
}

function boundsText({ from, to }: NumericRange, step: number | undefined): string {
  const kind = step === 1 ? 'a whole number' : step === undefined ? 'a number' : `a multiple of ${step}`;
  const bounds = [
    from && `${from.open ? 'above' : 'at least'} ${from.value}`,
    to && `${to.open ? 'below' : 'at most'} ${to.value}`,
  ].filter(Boolean);
  return bounds.length === 0 ? kind : `${kind}, ${bounds.join(' and ')}`;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
