/** Reads the plain members of requests, with the refusals that DynamoDB gives for values that cannot be. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { CapacityDetail } from './capacity.ts';

/** @throws AwsError SerializationException */
export function readFlag(input: JsonObject, member: string): boolean | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && typeof value !== 'boolean') throw serialization(value, 'Boolean');
  return value;
}

/** @throws AwsError SerializationException */
export function readText(input: JsonObject, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw serialization(value, 'String');
  return value;
}

/** A whole number of at least `least`. @throws AwsError ValidationException, SerializationException */
export function readInteger(input: JsonObject, member: string, least: number): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw serialization(value, 'Integer');
  if (value < least) {
    throw constraint(member, value, `Member must have value greater than or equal to ${least}`);
  }
  return Math.floor(value);
}

/** One of a set of words, the first by default. @throws AwsError ValidationException */
export function readChoice<Choice extends string>(
  input: JsonObject,
  member: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = readText(input, member);
  if (value === undefined) return choices[0];
  const chosen = choices.find(choice => choice === value);
  if (chosen) return chosen;
  throw constraint(member, value, `Member must satisfy enum value set: [${choices.join(', ')}]`);
}

/** @throws AwsError SerializationException */
export function readObject(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member] ?? undefined;
  return value === undefined ? undefined : asObject(value);
}

/** @throws AwsError SerializationException */
export function readList(input: JsonObject, member: string): readonly unknown[] | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && !Array.isArray(value)) throw serialization(value, 'List');
  return value;
}

/** @throws AwsError SerializationException */
export function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization(value, 'Structure');
  return value as JsonObject; // checked just here
}

/** @throws AwsError ValidationException */
export function readCapacityDetail(input: JsonObject): CapacityDetail {
  return readChoice(input, 'ReturnConsumedCapacity', ['NONE', 'TOTAL', 'INDEXES']);
}

/** @throws AwsError ValidationException */
export function required<Value>(value: Value | undefined, member: string): Value {
  if (value !== undefined) return value;
  const name = lowerFirst(member);
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/**
 * Refuses the parameters of the API that expressions have replaced (2014): the embedded cloud does not have them.
 * @throws AwsError ValidationException
 */
export function refuseLegacy(input: JsonObject, replaced: Readonly<Record<string, string>>): void {
  for (const [member, replacement] of Object.entries(replaced)) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    if (input[replacement] !== undefined) {
      throw invalid(
        `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${member}} Expression parameters: {${replacement}}`,
      );
    }
    throw invalid(`Cannot use legacy parameter ${member}: the embedded cloud supports ${replacement} instead`);
  }
}

export function constraint(member: string, value: unknown, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${String(value)}' at '${lowerFirst(member)}' failed to satisfy constraint: ${rule}`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function serialization(value: unknown, type: string): AwsError {
  const actual = Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
  return new AwsError('SerializationException', `${actual} can not be converted to a ${type}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
