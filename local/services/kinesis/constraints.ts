import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';

/** What the API model says of a member's value. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  /** Of the whole text. */
  readonly pattern?: string;
}

export interface IntegerRule {
  readonly min?: number;
  readonly max?: number;
}

export const STREAM_NAME: TextRule = { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' };
export const STREAM_ARN: TextRule = { min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+' };
export const HASH_KEY: TextRule = { pattern: '0|([1-9]\\d{0,38})' };
export const CONSUMER_ARN: TextRule = {
  min: 1,
  max: 2048,
  pattern: '^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
};
export const SHARD_ID: TextRule = { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' };
export const SEQUENCE_NUMBER: TextRule = { pattern: '0|([1-9]\\d{0,128})' };

/** The refusal of a value that breaks the API model, in AWS's words. `path` is the member's, in camel case. */
export function violation(value: unknown, path: string, constraint: string): AwsError {
  const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}

/** @returns the members of a structure by their paths (`StartingPosition.Type`), so that messages name them as AWS does */
export function requiredMembers(input: JsonObject, member: string): JsonObject {
  return byPath(requiredStructure(input, member), member);
}

/** As `requiredMembers`. */
export function optionalMembers(input: JsonObject, member: string): JsonObject | undefined {
  const structure = optionalStructure(input, member);
  return structure && byPath(structure, member);
}

function byPath(structure: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(structure).map(([name, value]) => [`${member}.${name}`, value]));
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`);
  matchers.set(pattern, made);
  return made;
}

export function optionalText(input: JsonObject, member: string, rule: TextRule = {}): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(member, 'a string');
  const path = pathOf(member);
  if (value.length < (rule.min ?? 0))
    throw violation(value, path, `Member must have length greater than or equal to ${rule.min}`);
  if (value.length > (rule.max ?? Number.POSITIVE_INFINITY))
    throw violation(value, path, `Member must have length less than or equal to ${rule.max}`);
  if (rule.pattern !== undefined && !matcher(rule.pattern).test(value))
    throw violation(value, path, `Member must satisfy regular expression pattern: ${rule.pattern}`);
  return value;
}

export function requiredText(input: JsonObject, member: string, rule: TextRule = {}): string {
  return present(optionalText(input, member, rule), member);
}

export function optionalInteger(input: JsonObject, member: string, rule: IntegerRule = {}): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(member, 'an integer');
  if (value < (rule.min ?? Number.NEGATIVE_INFINITY))
    throw violation(value, pathOf(member), `Member must have value greater than or equal to ${rule.min}`);
  if (value > (rule.max ?? Number.POSITIVE_INFINITY))
    throw violation(value, pathOf(member), `Member must have value less than or equal to ${rule.max}`);
  return value;
}

export function requiredInteger(input: JsonObject, member: string, rule: IntegerRule = {}): number {
  return present(optionalInteger(input, member, rule), member);
}

/** Epoch seconds on the wire. @returns milliseconds */
export function optionalTimeMs(input: JsonObject, member: string): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw wrongType(member, 'a timestamp');
  return Math.round(value * 1000);
}

export function optionalOneOf<Value extends string>(
  input: JsonObject,
  member: string,
  values: readonly Value[],
): Value | undefined {
  const text = optionalText(input, member);
  if (text === undefined) return undefined;
  const value = values.find(candidate => candidate === text);
  if (value === undefined)
    throw violation(text, pathOf(member), `Member must satisfy enum value set: [${values.join(', ')}]`);
  return value;
}

export function requiredOneOf<Value extends string>(
  input: JsonObject,
  member: string,
  values: readonly Value[],
): Value {
  return present(optionalOneOf(input, member, values), member);
}

export function optionalStructure(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(member, 'a structure');
  return value as JsonObject; // an object that is not an array
}

export function requiredStructure(input: JsonObject, member: string): JsonObject {
  return present(optionalStructure(input, member), member);
}

function present<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw violation(undefined, pathOf(member), 'Member must not be null');
  return value;
}

function pathOf(member: string): string {
  return member.replace(/(^|\.)[A-Z]/g, first => first.toLowerCase());
}

function wrongType(member: string, expected: string): AwsError {
  return new AwsError('SerializationException', `${member} must be ${expected}`);
}
