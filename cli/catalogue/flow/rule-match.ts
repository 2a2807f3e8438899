import { fieldOf } from '../../../core/contracts/rules/event-pattern.ts';
import { type Matcher, matcherText } from '../../../core/contracts/rules/matcher.ts';
import { type CloudEvent, explainMatch, type FieldMismatch, parseEventPattern } from '../../../core/index.ts';

/** Whether a rule lets an event through, and if not, what it holds against it. */
export interface RuleVerdict {
  readonly matches: boolean;
  /** `data.amountMilli is 15300` */
  readonly reasons: readonly string[];
}

/** What a rule's pattern says of an event, as it is on the bus. */
export function judgeByRule(pattern: unknown, event: CloudEvent): RuleVerdict {
  const parsed = parseEventPattern(pattern);
  if (!parsed.ok) return { matches: false, reasons: [parsed.problem.reason] };
  const { id, source, time, type } = event;
  const envelope = { version: '0', account: '000000000000', region: 'eu-west-1', resources: [] };
  const onBus = { ...envelope, id, source, time, 'detail-type': type, detail: event };
  const { matches, mismatches } = explainMatch(parsed.value, onBus);
  return { matches, reasons: mismatches.map(reasonText) };
}

/** What a pattern asks for beyond the type, a condition at a time: `data.amountMilli >= 100000`. */
export function patternConditions(pattern: unknown): readonly string[] {
  const parsed = parseEventPattern(pattern);
  if (!parsed.ok) return [];
  const ways = parsed.value.alternatives.map(({ conditions }) =>
    conditions
      .filter(condition => fieldOf(condition) !== 'detail-type')
      .map(condition => `${fieldName(fieldOf(condition))} ${condition.matchers.map(asked).join(' or ')}`),
  );
  if (ways.length === 1) return ways[0] ?? [];
  return ways.every(way => way.length === 0) ? [] : [ways.map(way => way.join(' and ')).join(' or ')];
}

function asked(matcher: Matcher): string {
  const text = matcherText(matcher).replace(/^numeric /, '');
  return matcher.kind === 'exactly' || matcher.kind === 'exists' ? `is ${text}` : text;
}

function reasonText({ field, actual }: FieldMismatch): string {
  const name = fieldName(field);
  return actual.length === 0
    ? `${name} is not there`
    : `${name} is ${actual.map(value => JSON.stringify(value)).join(', ')}`;
}

function fieldName(path: string): string {
  return path.replace(/^detail\./, '');
}
