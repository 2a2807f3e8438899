import type { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { validationError } from './events-error.ts';

/** What a member of a request has to be, in the words of the service's API model. */
export interface TextConstraint {
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A whole-text pattern, written as AWS writes it. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

export const NAME_PATTERN = '[\\.\\-_A-Za-z0-9]+';

/**
 * Checks the members of a request together, as AWS does before it looks at anything else.
 *
 * @throws AwsError ValidationException, listing everything that is wrong
 */
export function checkMembers(input: JsonObject, constraints: Readonly<Record<string, TextConstraint>>): void {
  const violations = Object.entries(constraints).flatMap(([member, constraint]) =>
    textViolations(memberPath(member), input[member], constraint),
  );
  if (violations.length > 0) throw violationsError(violations);
}

/** What is wrong with one text. @param path as AWS writes it, for example `targets.1.member.id` */
export function textViolations(path: string, value: unknown, constraint: TextConstraint): string[] {
  if (value === undefined || value === null) {
    return constraint.required ? [violation(path, null, 'Member must not be null')] : [];
  }
  const text = String(value);
  const broken: string[] = [];
  if (constraint.pattern !== undefined && !new RegExp(`^(?:${constraint.pattern})$`).test(text))
    broken.push(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  if (constraint.minLength !== undefined && text.length < constraint.minLength)
    broken.push(`Member must have length greater than or equal to ${constraint.minLength}`);
  if (constraint.maxLength !== undefined && text.length > constraint.maxLength)
    broken.push(`Member must have length less than or equal to ${constraint.maxLength}`);
  if (constraint.values && !constraint.values.includes(text))
    broken.push(`Member must satisfy enum value set: [${constraint.values.join(', ')}]`);
  return broken.map(rule => violation(path, text, rule));
}

/** What is wrong with one number. */
export function numberViolations(
  path: string,
  value: number | undefined,
  range: { from: number; to: number },
): string[] {
  if (value === undefined) return [];
  if (value < range.from)
    return [violation(path, String(value), `Member must have value greater than or equal to ${range.from}`)];
  if (value > range.to)
    return [violation(path, String(value), `Member must have value less than or equal to ${range.to}`)];
  return [];
}

export function violation(path: string, value: string | null, rule: string): string {
  const shown = value === null ? 'null' : `'${value}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`;
}

export function violationsError(violations: readonly string[]): AwsError {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  return validationError(`${count} detected: ${violations.join('; ')}`);
}

function memberPath(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
