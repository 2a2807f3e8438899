/** Matching as one would write it down: every alternative of every rule by itself, every combination of values tried. */
import { comparableNumber } from '../../../../local/services/events/pattern/comparable-number.ts';
import type { CompiledPattern } from '../../../../local/services/events/pattern/event-pattern.ts';
import {
  endsWithIgnoringCase,
  equalsIgnoringCase,
  startsWithIgnoringCase,
} from '../../../../local/services/events/pattern/ignore-case.ts';
import { addressDigits, inRange } from '../../../../local/services/events/pattern/ip-address.ts';
import type { Alternative, Bound, ValueMatcher } from '../../../../local/services/events/pattern/value-matcher.ts';

interface Value {
  readonly path: string;
  readonly text: string;
  readonly isString: boolean;
  /** By array, the element that the value stands in. */
  readonly elements: ReadonlyMap<object, number>;
}

type Elements = ReadonlyMap<object, number>;

/** Whether an event without repeated keys matches the pattern. */
export function matchesOneByOne(pattern: CompiledPattern, event: unknown): boolean {
  const values = [...valuesOf(event, [], { elements: new Map(), own: new Map() })];
  return pattern.alternatives.some(alternative => holds(alternative, values));
}

function holds(alternative: Alternative, values: readonly Value[]): boolean {
  const conditions = [...alternative].sort(([a], [b]) => (a < b ? -1 : 1));
  const holdFrom = (at: number, taken: Elements): boolean => {
    const [path, matchers] = conditions[at] ?? [];
    if (path === undefined || !matchers) return true;
    const candidates = values.filter(value => value.path === path && agree(value.elements, taken));
    if (candidates.length === 0) return matchers.some(({ kind }) => kind === 'absent') && holdFrom(at + 1, taken);
    return candidates.some(
      value =>
        matchers.some(matcher => meets(value, matcher)) && holdFrom(at + 1, new Map([...taken, ...value.elements])),
    );
  };
  return holdFrom(0, new Map());
}

function agree(elements: Elements, taken: Elements): boolean {
  return [...elements].every(([array, index]) => (taken.get(array) ?? index) === index);
}

/** Values directly in an array stand in no element of it; what is in objects or arrays in it does. */
function* valuesOf(
  json: unknown,
  path: readonly string[],
  at: { elements: Elements; own: Elements },
): Generator<Value> {
  if (Array.isArray(json)) {
    for (const [index, entry] of json.entries())
      yield* valuesOf(entry, path, { elements: at.elements, own: new Map([...at.elements, [json, index]]) });
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, member] of Object.entries(json))
      yield* valuesOf(member, [...path, name], { elements: at.own, own: at.own });
  } else {
    const isString = typeof json === 'string';
    const text = isString ? json : JSON.stringify(json);
    yield { path: path.join('.'), text, isString, elements: at.elements };
  }
}

function meets({ text, isString }: Value, matcher: ValueMatcher): boolean {
  const number = isString ? undefined : comparableNumber(text);
  switch (matcher.kind) {
    case 'equals':
      return isString && text === matcher.text;
    case 'literal':
      return !isString && text === matcher.spelling;
    case 'number':
      return number === matcher.value;
    case 'address':
      return isString && addressDigits(text) === matcher.digits;
    case 'prefix':
      return isString && text.startsWith(matcher.text);
    case 'suffix':
      return isString && text.endsWith(matcher.text);
    case 'equals-ignore-case':
      return isString && equalsIgnoringCase(text, matcher.forms);
    case 'prefix-ignore-case':
      return isString && startsWithIgnoringCase(text, matcher.forms);
    case 'suffix-ignore-case':
      return isString && endsWithIgnoringCase(text, matcher.forms);
    case 'wildcard':
      return isString && asRegExp(matcher.literals).test(text);
    case 'numeric':
      return number !== undefined && isAbove(number, matcher.bottom) && isBelow(number, matcher.top);
    case 'cidr': {
      const digits = isString ? addressDigits(text) : text;
      return digits !== undefined && inRange(digits, matcher.range);
    }
    case 'exists':
      return true;
    case 'absent':
      return false;
    case 'anything-but':
      return !(isString && matcher.texts.has(text));
    case 'anything-but-numbers':
      return number === undefined || !matcher.values.has(number);
    case 'anything-but-prefix':
      return !(isString && matcher.texts.some(prefix => text.startsWith(prefix)));
    case 'anything-but-suffix':
      return !(isString && matcher.texts.some(suffix => text.endsWith(suffix)));
    case 'anything-but-ignore-case':
      return !(isString && matcher.forms.some(forms => equalsIgnoringCase(text, forms)));
    case 'anything-but-wildcard':
      return !(isString && matcher.literals.some(literals => asRegExp(literals).test(text)));
  }
}

function asRegExp(literals: readonly string[]): RegExp {
  return new RegExp(`^${literals.map(literal => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`, 's');
}

function isAbove(value: number, bottom: Bound | undefined): boolean {
  return !bottom || value > bottom.value || (value === bottom.value && !bottom.open);
}

function isBelow(value: number, top: Bound | undefined): boolean {
  return !top || value < top.value || (value === top.value && !top.open);
}
