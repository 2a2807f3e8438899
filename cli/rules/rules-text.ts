import type { FieldMismatch } from '../../core/index.ts';
import type { DeployedRule, RuleTarget } from './deployed-rules.ts';
import type { TestedEvent } from './read-event.ts';
import type { RuleVerdict } from './try-rules.ts';

/** The rules for a person, with their patterns and where they lead. */
export function rulesText(rules: readonly DeployedRule[]): string {
  if (rules.length === 0) return 'The template has no rule that waits for events';
  return rules
    .map(rule =>
      [
        `${rule.name} on ${rule.bus}${rule.isEnabled ? '' : ' (disabled)'}`,
        ...(rule.description === undefined ? [] : [`  ${rule.description}`]),
        `  ${JSON.stringify(rule.pattern)}`,
        ...rule.targets.map(target => `  ${targetText(target)}`),
      ].join('\n'),
    )
    .join('\n\n');
}

function targetText({ text, consumers, isTransformed }: RuleTarget): string {
  return [`→ ${text}${isTransformed ? ' (transformed)' : ''}`, ...consumers].join(' → ');
}

/** What every rule does with an event, and why. */
export function verdictsText({ type, source, remarks }: TestedEvent, verdicts: readonly RuleVerdict[]): string {
  const matched = verdicts.filter(({ matches }) => matches).length;
  return [
    `${type}, from ${source}: ${matched} of ${verdicts.length} rules match`,
    ...remarks.map(remark => `Remark: ${remark}`),
    '',
    ...verdicts.flatMap(verdictLines),
  ].join('\n');
}

function verdictLines({ rule, matches, mismatches, branches }: RuleVerdict): readonly string[] {
  const name = `${rule.name}${rule.isEnabled ? '' : ' (disabled)'}`;
  if (matches) return [[`✓ ${name}`, ...rule.targets.map(targetText)].join(' ')];
  const way = branches.length === 0 ? [] : [`    nearest way through it: ${branches.join(', ')}`];
  if (mismatches.length === 0) {
    return [`✗ ${name}`, ...way, '    each field is met, but not all of them in the same element of a list'];
  }
  return [`✗ ${name}`, ...way, ...mismatches.map(mismatch => `    ${mismatchText(mismatch)}`)];
}

function mismatchText({ field, expected, actual }: FieldMismatch): string {
  const values = actual.map(value => JSON.stringify(value)).join(', ');
  return `${field}: expected ${expected.join(' or ')}, ${actual.length === 0 ? 'is not there' : `is ${values}`}`;
}
