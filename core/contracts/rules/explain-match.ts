/** Says why an event meets a pattern, or why not, field by field. */
import { isSchemaObject } from '../json-schema.ts';
import { type Alternative, type EventPattern, type FieldCondition, fieldOf } from './event-pattern.ts';
import { matcherText } from './matcher.ts';
import { matcherHolds } from './matcher-holds.ts';

/** A field that does not meet its condition. */
export interface FieldMismatch {
  readonly field: string;
  /** Any of these would do. */
  readonly expected: readonly string[];
  /** The values that stand there: none when it is absent, several when it is a list. */
  readonly actual: readonly unknown[];
}

/** Why an event meets a pattern, or not. */
export interface MatchExplanation {
  readonly matches: boolean;
  /** Of the way through the pattern that comes nearest; empty when it matches. */
  readonly mismatches: readonly FieldMismatch[];
  /** The branches of `$or` that this way takes. */
  readonly branches: readonly string[];
}

/** Compares every field that a pattern asks about. @param event as EventBridge has it */
export function explainMatch({ alternatives }: EventPattern, event: unknown): MatchExplanation {
  const ways = alternatives.map(alternative => ({ alternative, mismatches: mismatchesOf(alternative, event) }));
  const best = ways.reduce((near, way) => (way.mismatches.length < near.mismatches.length ? way : near));
  return {
    matches: best.mismatches.length === 0,
    mismatches: best.mismatches,
    branches: best.alternative.branches.map(({ name }) => name),
  };
}

function mismatchesOf({ conditions }: Alternative, event: unknown): readonly FieldMismatch[] {
  return conditions.flatMap(condition => {
    const actual = valuesAt(event, condition.path);
    return isMet(condition, actual) ? [] : [{ field: fieldOf(condition), expected: expectedOf(condition), actual }];
  });
}

function isMet({ matchers }: FieldCondition, actual: readonly unknown[]): boolean {
  return matchers.some(matcher => {
    if (matcher.kind === 'exists') return matcher.isThere === actual.length > 0;
    return actual.some(value => matcherHolds(matcher, value));
  });
}

function expectedOf({ matchers }: FieldCondition): readonly string[] {
  return matchers.map(matcherText);
}

/** The texts, numbers, booleans and nulls at a path, those inside lists as well. */
function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(item => valuesAt(item, path));
  if (!isSchemaObject(value)) return path.length === 0 && value !== undefined ? [value] : [];
  return Object.entries(value).flatMap(([name, member]) => {
    const names = name.split('.'); // a dotted name is several, to EventBridge
    return names.every((each, index) => each === path[index]) ? valuesAt(member, path.slice(names.length)) : [];
  });
}
