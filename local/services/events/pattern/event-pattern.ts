import { parsePattern } from './parse-pattern.ts';
import { RuleMatcher } from './rule-matcher.ts';
import type { CompiledPattern } from './value-matcher.ts';

export { EventPatternError } from './event-pattern-error.ts';
export { EventSyntaxError } from './json-scanner.ts';
export { RuleMatcher } from './rule-matcher.ts';
export type { CompiledPattern } from './value-matcher.ts';

const MATCHERS = new WeakMap<CompiledPattern, RuleMatcher<true>>();

/**
 * Parses and validates an event pattern once, for many events.
 *
 * @throws EventPatternError with AWS's reason
 */
export function compilePattern(text: string): CompiledPattern {
  return parsePattern(text);
}

/**
 * Whether an event, as JSON text, matches one pattern. For many patterns at once use `RuleMatcher`.
 *
 * @throws EventSyntaxError when the event is not a JSON object
 */
export function matchesPattern(pattern: CompiledPattern, event: string): boolean {
  const matcher = MATCHERS.get(pattern) ?? new RuleMatcher<true>();
  if (matcher.size === 0) {
    matcher.add(true, pattern);
    MATCHERS.set(pattern, matcher);
  }
  return matcher.match(event).length > 0;
}
