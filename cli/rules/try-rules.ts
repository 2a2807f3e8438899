import { explainMatch, type FieldMismatch, parseEventPattern, type SchemaObject } from '../../core/index.ts';
import { compilePattern, matchesPattern } from '../../local/services/events/pattern/event-pattern.ts';
import type { DeployedRule } from './deployed-rules.ts';

/** What one rule does with an event. */
export interface RuleVerdict {
  readonly rule: DeployedRule;
  readonly matches: boolean;
  /** Every field that stands in the way. */
  readonly mismatches: readonly FieldMismatch[];
  /** The branches of `$or` that come nearest. */
  readonly branches: readonly string[];
}

/** Tries rules on an event: the engine of the embedded cloud decides, and each field is looked at for the reason. */
export function tryRules(rules: readonly DeployedRule[], event: SchemaObject): readonly RuleVerdict[] {
  const json = JSON.stringify(event);
  return rules.map(rule => {
    const matches = matchesPattern(compilePattern(JSON.stringify(rule.pattern)), json);
    const parsed = parseEventPattern(rule.pattern);
    const { mismatches, branches } = parsed.ok ? explainMatch(parsed.value, event) : { mismatches: [], branches: [] };
    return { rule, matches, mismatches: matches ? [] : mismatches, branches: matches ? [] : branches };
  });
}
