/**
 * Subscription filter policies: which messages a subscription gets, by their attributes or by their body
 * (developer guide, "Amazon SNS subscription filter policies").
 */
import { isIPv4 } from 'node:net';
import type { JsonObject } from '../../cloud/service.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { invalidParameter } from './sns-error.ts';

export type FilterPolicy = JsonObject;

export interface FilteredMessage {
  /** `MessageAttributes` or `MessageBody`. */
  readonly scope: string;
  readonly attributes: MessageAttributes;
  readonly message: string;
}

type Test = (value: unknown) => boolean;

/** @throws AwsError InvalidParameter in the words of SNS, as far as they do not quote its JSON parser */
export function parseFilterPolicy(text: string, scope: string): FilterPolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (cause) {
    throw refusal(`failed to parse JSON. ${cause instanceof Error ? cause.message : ''}`);
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw refusal('Filter policy must be an object');
  refuseInvalid(policy as FilterPolicy, scope); // an object that is not an array
  return policy as FilterPolicy;
}

export function matchesFilterPolicy(policy: FilterPolicy, message: FilteredMessage): boolean {
  if (message.scope === 'MessageBody') {
    const body = parseBody(message.message);
    return body !== undefined && matchesLevel(policy, key => valuesAt([body], key));
  }
  return matchesLevel(policy, key => attributeValues(message.attributes, key));
}

/** `lookUp` gives all values of a key: several when there are arrays on the way, none when the key is missing. */
function matchesLevel(level: FilterPolicy, lookUp: (key: string) => readonly unknown[]): boolean {
  return Object.entries(level).every(([key, condition]) => {
    if (key === '$or' && Array.isArray(condition))
      return condition.some(option => matchesLevel(option as FilterPolicy, lookUp)); // checked by refuseInvalid
    const values = lookUp(key);
    if (Array.isArray(condition)) return matchesAny(condition, values);
    return matchesLevel(condition as FilterPolicy, inner => valuesAt(values, inner)); // nested, checked
  });
}

function matchesAny(conditions: readonly unknown[], values: readonly unknown[]): boolean {
  return conditions.some(condition => {
    if (typeof condition === 'object' && condition !== null && 'exists' in condition)
      return condition.exists === values.length > 0;
    return values.some(testOf(condition));
  });
}

function testOf(condition: unknown): Test {
  if (typeof condition !== 'object' || condition === null) return value => value === condition;
  const [[operator, operand] = ['', undefined]] = Object.entries(condition);
  const text = String(operand);
  switch (operator) {
    case 'prefix':
      return value => typeof value === 'string' && value.startsWith(text);
    case 'suffix':
      return value => typeof value === 'string' && value.endsWith(text);
    case 'equals-ignore-case':
      return value => typeof value === 'string' && value.toLowerCase() === text.toLowerCase();
    case 'wildcard':
      return value => typeof value === 'string' && wildcard(text).test(value);
    case 'numeric':
      return value => typeof value === 'number' && inNumericRange(operand, value);
    case 'cidr':
      return value => typeof value === 'string' && inCidr(text, value);
    case 'anything-but': {
      const excluded = (Array.isArray(operand) ? operand : [operand]).map(testOf);
      return value => !excluded.some(test => test(value));
    }
    default:
      throw refusal(`Unrecognized match type ${operator}`);
  }
}

function inNumericRange(operand: unknown, value: number): boolean {
  const bounds = Array.isArray(operand) ? operand : [];
  for (let index = 0; index + 1 < bounds.length; index += 2) {
    const bound = Number(bounds[index + 1]);
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[String(bounds[index])];
    if (!holds) return false;
  }
  return bounds.length >= 2;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

function inCidr(cidr: string, address: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  if (!isIPv4(network) || !isIPv4(address)) return false;
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(ipNumber(network) / shift) === Math.floor(ipNumber(address) / shift);
}

function ipNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A `String.Array` attribute has all its members, a `Number` is one; binary ones never match. */
function attributeValues(attributes: MessageAttributes, key: string): readonly unknown[] {
  const attribute = attributes[key];
  if (!attribute) return [];
  const { DataType, StringValue } = attribute;
  if (StringValue === undefined) return [];
  if (DataType === 'String.Array') {
    const values = parseBody(StringValue);
    return Array.isArray(values) ? values : [];
  }
  return [DataType.startsWith('Number') ? Number(StringValue) : StringValue];
}

function valuesAt(parents: readonly unknown[], key: string): readonly unknown[] {
  return parents.flatMap(parent => {
    if (Array.isArray(parent)) return valuesAt(parent, key);
    if (typeof parent !== 'object' || parent === null || !(key in parent)) return [];
    const value: unknown = (parent as JsonObject)[key];
    return Array.isArray(value) ? value : [value];
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseInvalid(level: FilterPolicy, scope: string): void {
  for (const [key, condition] of Object.entries(level)) {
    if (Array.isArray(condition)) {
      for (const item of condition) {
        if (key === '$or') refuseInvalid(item as FilterPolicy, scope);
        else refuseCondition(item);
      }
    } else if (typeof condition !== 'object' || condition === null) {
      throw refusal(`"${key}" must be an object or an array`);
    } else if (scope !== 'MessageBody') {
      throw refusal('Filter policy scope MessageAttributes does not support nested filter policy');
    } else {
      refuseInvalid(condition as FilterPolicy, scope);
    }
  }
}

function refuseCondition(condition: unknown): void {
  if (Array.isArray(condition)) throw refusal('Match value must be String, number, true, false, or null');
  if (typeof condition !== 'object' || condition === null) return;
  const operators = Object.keys(condition);
  if (operators.length !== 1) throw refusal('Only one key allowed in match expression');
  if (operators[0] !== 'exists') testOf(condition);
}

function refusal(reason: string): Error {
  return invalidParameter(`Attributes Reason: FilterPolicy: ${reason}`);
}
