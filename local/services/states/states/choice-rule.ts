import { findAtPath, type PathView } from '../data-flow/path-view.ts';
import { runtimeFailure } from '../execution/state-failure.ts';
import { compareBy, fitsOperator, isComparison } from './choice-comparison.ts';

/** A rule of a JSONPath Choice state: a comparison, or rules joined by `And`, `Or`, `Not`. */
export interface ChoiceRule {
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly Variable?: string;
  readonly [comparison: string]: unknown;
}

/** Whether a rule holds. @throws StateFailure (States.Runtime) for a variable that is not there */
export function matchesRule(rule: ChoiceRule, view: PathView): boolean {
  if (rule.And) return rule.And.every(inner => matchesRule(inner, view));
  if (rule.Or) return rule.Or.some(inner => matchesRule(inner, view));
  if (rule.Not) return !matchesRule(rule.Not, view);
  const operator = Object.keys(rule).find(isComparison);
  if (operator === undefined) throw new Error('Cannot judge a choice rule: the validated definition has no comparison');
  const found = findAtPath(String(rule.Variable), view);
  if (operator === 'IsPresent') return (found !== undefined) === rule.IsPresent;
  if (!found) throw missing(rule.Variable);
  return compareBy(operator, found.value, expected(rule, operator, view));
}

function expected(rule: ChoiceRule, operator: string, view: PathView): unknown {
  if (!operator.endsWith('Path')) return rule[operator];
  const found = findAtPath(String(rule[operator]), view);
  if (!found || !fitsOperator(operator, found.value)) throw missing(rule[operator]);
  return found.value;
}

function missing(path: unknown) {
  return runtimeFailure(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
}
