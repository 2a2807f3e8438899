/**
 * Subscription filter policies: which messages a subscription gets, by their attributes or by their body
 * (developer guide, "Amazon SNS subscription filter policies"). SNS reads and matches them with the library of
 * EventBridge, so that both share words, places of errors, dots in names and the consistency of array elements (observed).
 */
import type { JsonObject } from '../../cloud/service.ts';
import {
  type CompiledPattern,
  compilePattern,
  EventPatternError,
  EventSyntaxError,
  matchesPattern,
} from '../events/pattern/event-pattern.ts';
import type { MessageAttribute, MessageAttributes } from './message-attributes.ts';
import { invalidParameter } from './sns-error.ts';

export interface FilterPolicy {
  readonly pattern: CompiledPattern;
  /** Fields whose absence is as good as a value, because `null` is among their conditions (observed on attributes). */
  readonly nullable: readonly string[];
}

export interface FilteredMessage {
  /** `MessageAttributes` or `MessageBody`. */
  readonly scope: string;
  readonly attributes: MessageAttributes;
  readonly message: string;
}

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** SNS hides what it could not read at all. */
const HIDDEN_SOURCE = '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';

/**
 * @param place what SNS says before the reason: the member of `Subscribe`, nothing for `SetSubscriptionAttributes`
 * @throws AwsError InvalidParameter in the words of SNS
 */
export function parseFilterPolicy(text: string, scope: string, place = 'Attributes Reason: '): FilterPolicy {
  const refuse = (reason: string): never => {
    throw invalidParameter(`${place}${reason}`);
  };
  const policy = parsed(text);
  if (policy === undefined) return refuse(`FilterPolicy: failed to parse JSON. ${syntaxError(text)}`);
  try {
    const pattern = compilePattern(JSON.stringify(policy));
    const fields = policy as JsonObject; // the pattern is an object
    if (scope !== 'MessageBody' && Object.entries(fields).some(([key, value]) => isNested(key, value)))
      refuse('Filter policy scope MessageAttributes does not support nested filter policy');
    if (Object.keys(fields).length > MOST_KEYS)
      refuse(`FilterPolicy: Filter policy can not have more than ${MOST_KEYS} keys`);
    if (combinations(fields, 1) > MOST_COMBINATIONS) refuse('FilterPolicy: Filter policy is too complex');
    return { pattern, nullable: nullableFields(fields) };
  } catch (error) {
    if (error instanceof EventPatternError) return refuse(`FilterPolicy: ${error.message}`);
    throw error;
  }
}

export function matchesFilterPolicy(policy: FilterPolicy, message: FilteredMessage): boolean {
  const json = message.scope === 'MessageBody' ? message.message : attributesJson(policy, message.attributes);
  try {
    return matchesPattern(policy.pattern, json);
  } catch (error) {
    if (error instanceof EventSyntaxError) return false; // a body that is no JSON object
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function syntaxError(text: string): string {
  try {
    compilePattern(text);
    return '';
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return message.replace(/\[Source: \(String\)"[\s\S]*"(?=; line)/, HIDDEN_SOURCE);
  }
}

function isNested(key: string, value: unknown): boolean {
  if (key !== '$or') return !Array.isArray(value);
  const branches = value as readonly JsonObject[]; // checked by the pattern
  return branches.some(branch => Object.entries(branch).some(([name, inner]) => isNested(name, inner)));
}

/** The product over all keys of how many values they have, each counted as often as it is deep; `$or` is a sum. */
function combinations(level: JsonObject, depth: number): number {
  return Object.entries(level).reduce((product, [key, value]) => product * valueCount(key, value, depth), 1);
}

function valueCount(key: string, value: unknown, depth: number): number {
  if (!Array.isArray(value)) return combinations(value as JsonObject, depth + 1); // checked by the pattern
  if (key !== '$or') return value.length * depth;
  return (value as readonly JsonObject[]).reduce((sum, branch) => sum + combinations(branch, depth), 0);
}

function nullableFields(level: JsonObject): readonly string[] {
  return Object.entries(level).flatMap(([key, value]) => {
    if (!Array.isArray(value)) return [];
    if (key === '$or') return (value as readonly JsonObject[]).flatMap(nullableFields);
    return value.includes(null) ? [key] : [];
  });
}

/** The attributes as an object: a `String.Array` has all its members, a `Number` is one, binary ones are not there. */
function attributesJson({ nullable }: FilterPolicy, attributes: MessageAttributes): string {
  const present = Object.entries(attributes).map(([name, attribute]) => [name, valueJson(attribute)] as const);
  const absent = nullable.filter(name => !Object.hasOwn(attributes, name)).map(name => [name, 'null'] as const);
  const members = [...present, ...absent].filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

function valueJson({ DataType, StringValue }: MessageAttribute): string | undefined {
  if (StringValue === undefined) return undefined;
  if (DataType.startsWith('Number')) return JSON_NUMBER.test(StringValue) ? StringValue : String(Number(StringValue));
  if (DataType !== 'String.Array') return JSON.stringify(StringValue);
  const values = parsed(StringValue);
  return Array.isArray(values) ? JSON.stringify(values) : undefined;
}
