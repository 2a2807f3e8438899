import { parseTimestamp } from '../timestamp.ts';

type Test = (value: unknown, expected: unknown) => boolean;

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: order => order === 0,
  LessThan: order => order < 0,
  GreaterThan: order => order > 0,
  LessThanEquals: order => order <= 0,
  GreaterThanEquals: order => order >= 0,
};

/** How two values of one kind stand to each other; undefined when one is of another kind. */
type Order = (value: unknown, expected: unknown) => number | undefined;

const KINDS: Readonly<Record<string, Order>> = {
  String: stringOrder,
  Numeric: numericOrder,
  Timestamp: timestampOrder,
};

const TYPE_TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsNull: value => value === null,
  IsString: value => typeof value === 'string',
  IsNumeric: value => typeof value === 'number',
  IsBoolean: value => typeof value === 'boolean',
  IsTimestamp: value => parseTimestamp(value) !== undefined,
};

const COMPARISONS: ReadonlyMap<string, Test> = buildComparisons();

function buildComparisons(): Map<string, Test> {
  const tests = new Map<string, Test>();
  for (const [kind, order] of Object.entries(KINDS)) {
    for (const [name, holds] of Object.entries(ORDERS)) {
      const test: Test = (value, expected) => {
        const found = order(value, expected);
        return found !== undefined && holds(found);
      };
      tests.set(`${kind}${name}`, test).set(`${kind}${name}Path`, test);
    }
  }
  const booleanEquals: Test = (value, expected) => typeof value === 'boolean' && value === expected;
  tests.set('BooleanEquals', booleanEquals).set('BooleanEqualsPath', booleanEquals);
  tests.set('StringMatches', stringMatches);
  for (const [name, test] of Object.entries(TYPE_TESTS)) {
    tests.set(name, (value, expected) => test(value) === expected);
  }
  return tests;
}

/** Whether a member of a choice rule is a comparison operator. */
export function isComparison(name: string): boolean {
  return name === 'IsPresent' || COMPARISONS.has(name);
}

/** Whether a value can be what an operator compares with; AWS fails an execution whose `…Path` leads to another kind. */
export function fitsOperator(operator: string, expected: unknown): boolean {
  if (operator.startsWith('String')) return typeof expected === 'string';
  if (operator.startsWith('Numeric')) return typeof expected === 'number';
  if (operator.startsWith('Boolean')) return typeof expected === 'boolean';
  return parseTimestamp(expected) !== undefined;
}

/** Judges a value by an operator; a value of another kind than the operator's never matches. */
export function compareBy(operator: string, value: unknown, expected: unknown): boolean {
  return COMPARISONS.get(operator)?.(value, expected) ?? false;
}

function stringOrder(value: unknown, expected: unknown): number | undefined {
  if (typeof value !== 'string' || typeof expected !== 'string') return undefined;
  return value < expected ? -1 : value > expected ? 1 : 0;
}

function numericOrder(value: unknown, expected: unknown): number | undefined {
  return typeof value === 'number' && typeof expected === 'number' ? value - expected : undefined;
}

function timestampOrder(value: unknown, expected: unknown): number | undefined {
  const [a, b] = [parseTimestamp(value), parseTimestamp(expected)];
  return a === undefined || b === undefined ? undefined : a - b;
}

/** `*` stands for any text; `\*` is an asterisk, `\\` a backslash. */
function stringMatches(value: unknown, pattern: unknown): boolean {
  if (typeof value !== 'string' || typeof pattern !== 'string') return false;
  const source = pattern.replace(/\\[*\\]|\*|[^*\\]+|\\/g, part => {
    if (part === '*') return '.*';
    const text = part === '\\*' || part === '\\\\' ? part.slice(1) : part;
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's').test(value);
}
