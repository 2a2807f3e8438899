import { comparableNumber } from './comparable-number.ts';
import { addressDigits } from './ip-address.ts';
import { JsonTokens } from './json-tokens.ts';
import { parseMatchExpression } from './match-expression.ts';
import type { CompiledPattern, ValueMatcher } from './value-matcher.ts';

/** Every way in which the pattern, as far as it is read, can be met. */
type Alternatives = Map<string, readonly ValueMatcher[]>[];

/** Where in the pattern an object stands. */
interface Place {
  readonly path: readonly string[];
  /** Operator names are reserved as field names there. */
  readonly insideOr: boolean;
}

const RESERVED_INSIDE_OR = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['html', '=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

/**
 * Parses and validates an event pattern, as EventBridge does when a rule is put.
 *
 * @throws EventPatternError with AWS's reason
 */
export function parsePattern(text: string): CompiledPattern {
  const tokens = new JsonTokens(text);
  if (tokens.next() !== 'object-start') tokens.fail('Filter is not an object');
  return { text, alternatives: parseObject(tokens, [], { path: [], insideOr: false }) };
}

function parseObject(tokens: JsonTokens, before: Alternatives, place: Place): Alternatives {
  let alternatives = before;
  let fields = 0;
  for (let token = tokens.next(); token !== 'object-end'; token = tokens.next()) {
    fields++;
    alternatives = parseField(tokens, alternatives, place);
  }
  if (fields === 0) tokens.fail('Empty objects are not allowed');
  return alternatives;
}

function parseField(tokens: JsonTokens, before: Alternatives, place: Place): Alternatives {
  const { name } = tokens;
  if (name === '$or') return parseOr(tokens, before, place);
  if (place.insideOr && RESERVED_INSIDE_OR.has(name))
    tokens.fail(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  const path = [...place.path, name];
  switch (tokens.next()) {
    case 'object-start':
      return parseObject(tokens, before, { ...place, path });
    case 'array-start':
      return withField(before, path.join('.'), parseValues(tokens));
    default:
      return tokens.fail(`"${name}" must be an object or an array`);
  }
}

/** A field given twice counts as given the last time. */
function withField(before: Alternatives, path: string, matchers: readonly ValueMatcher[]): Alternatives {
  const alternatives = before.length === 0 ? [new Map()] : before;
  return alternatives.map(alternative => new Map(alternative).set(path, matchers));
}

function parseOr(tokens: JsonTokens, before: Alternatives, place: Place): Alternatives {
  if (tokens.next() !== 'array-start') tokens.fail('It must be an Array followed with $or.');
  const alternatives: Alternatives = [];
  let branches = 0;
  for (let token = tokens.next(); token !== 'array-end'; token = tokens.next()) {
    branches++;
    if (token !== 'object-start') tokens.fail('Only JSON object is allowed in array of $or relationship.');
    alternatives.push(...parseObject(tokens, before, { ...place, insideOr: true }));
  }
  if (branches < 2) tokens.fail('There must have at least 2 Objects in $or relationship.');
  return alternatives;
}

function parseValues(tokens: JsonTokens): readonly ValueMatcher[] {
  const matchers: ValueMatcher[] = [];
  for (let token = tokens.next(); token !== 'array-end'; token = tokens.next()) {
    switch (token) {
      case 'object-start':
        matchers.push(parseMatchExpression(tokens));
        break;
      case 'string':
        matchers.push(exactText(tokens.text));
        break;
      case 'number':
        matchers.push(...exactNumber(tokens.text));
        break;
      case 'true':
      case 'false':
      case 'null':
        matchers.push({ kind: 'literal', spelling: token });
        break;
      default:
        tokens.fail('Match value must be String, number, true, false, or null');
    }
  }
  if (matchers.length === 0) tokens.fail('Empty arrays are not allowed');
  return matchers;
}

function exactText(text: string): ValueMatcher {
  const digits = addressDigits(text);
  return digits === undefined ? { kind: 'equals', text } : { kind: 'address', digits };
}

/** A number is met by its value in any spelling, and by its spelling where its value cannot be compared. */
function exactNumber(spelling: string): ValueMatcher[] {
  const value = comparableNumber(spelling);
  const literal: ValueMatcher = { kind: 'literal', spelling };
  return value === undefined ? [literal] : [{ kind: 'number', value }, literal];
}
