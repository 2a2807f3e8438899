/** The `Condition` element of a policy statement. */
import { arnWildcard, wildcard } from './wildcard.ts';

/** What a request says about itself: values by condition key. @returns undefined when the request has no such key */
export type ConditionContext = (key: string) => readonly string[] | undefined;

export type Condition = (context: ConditionContext) => boolean;

/** The policy cannot be judged. */
export class PolicyError extends Error {
  readonly code = 'MalformedPolicyDocument';

  constructor(message: string) {
    super(message);
    this.name = 'PolicyError';
  }
}

type Comparison = (wanted: string) => (given: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: wanted => given => given === wanted,
  StringEqualsIgnoreCase: wanted => given => given.toLowerCase() === wanted.toLowerCase(),
  StringLike: wanted => wildcard(wanted),
  ArnEquals: arnWildcard,
  ArnLike: arnWildcard,
  Bool: wanted => given => given.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: wanted => given => Number(given) === Number(wanted),
  NumericLessThan: wanted => given => Number(given) < Number(wanted),
  NumericLessThanEquals: wanted => given => Number(given) <= Number(wanted),
  NumericGreaterThan: wanted => given => Number(given) > Number(wanted),
  NumericGreaterThanEquals: wanted => given => Number(given) >= Number(wanted),
  DateEquals: wanted => given => Date.parse(given) === Date.parse(wanted),
  DateLessThan: wanted => given => Date.parse(given) < Date.parse(wanted),
  DateLessThanEquals: wanted => given => Date.parse(given) <= Date.parse(wanted),
  DateGreaterThan: wanted => given => Date.parse(given) > Date.parse(wanted),
  DateGreaterThanEquals: wanted => given => Date.parse(given) >= Date.parse(wanted),
  IpAddress: inRange,
};

/** Operators that hold when the one that they deny does not. */
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** All operators and all their keys must hold. @throws PolicyError for an operator that is not known */
export function parseCondition(element: unknown): Condition {
  const tests = Object.entries(asRecord(element)).flatMap(([operator, keys]) =>
    Object.entries(asRecord(keys)).map(([key, values]) => parseTest(operator, key, [values].flat().map(String))),
  );
  return context => tests.every(test => test(context));
}

function parseTest(operator: string, key: string, wanted: readonly string[]): Condition {
  const [, quantifier, name = operator, ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') {
    const wantsNone = wanted[0]?.toLowerCase() === 'true';
    return context => (context(key) === undefined) === wantsNone;
  }
  const isNegated = name in NEGATIONS;
  const comparison = COMPARISONS[NEGATIONS[name] ?? name];
  if (!comparison) throw new PolicyError(`Cannot judge policy: the condition operator ${operator} is not supported`);
  const matchers = wanted.map(comparison);
  const holds = (given: string) => matchers.some(matches => matches(given)) !== isNegated;
  return context => {
    const given = context(key);
    if (given === undefined) return ifExists !== undefined || isNegated || quantifier === 'ForAllValues';
    return quantifier === 'ForAnyValue' ? given.some(holds) : given.every(holds);
  };
}

function inRange(range: string): (address: string) => boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  const block = (address: string) => Math.floor(toNumber(address) / size);
  return address => block(address) === block(base);
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
