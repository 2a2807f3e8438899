import { accepted, type Result, refused } from '../result.ts';
import type { CloudEvent } from './cloud-event.ts';
import { isEventId } from './event-id.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';
import { parseEventType } from './event-type.ts';
import { parseRfc3339 } from './rfc3339.ts';

/** Longest subject: the partition key of a Kinesis record holds 256 characters. */
export const MAX_SUBJECT_CHARS = 256;
const MAX_TEXT_CHARS = 1024;
/** Longest text of an attribute that facts take over from the event that caused them. */
const MAX_INHERITED_CHARS = 128;
const ATTRIBUTE_NAME = /^[a-z0-9]{1,32}$/;

type Check = (value: unknown) => string | undefined;

const REQUIRED: readonly (readonly [attribute: string, check: Check])[] = [
  ['specversion', value => (value === '1.0' ? undefined : "must be '1.0'")],
  ['id', text(MAX_TEXT_CHARS, id => (isEventId(id) ? undefined : 'must be a ULID or UUIDv7'))],
  ['source', text(MAX_TEXT_CHARS)],
  ['type', text(MAX_TEXT_CHARS, type => (parseEventType(type) ? undefined : TYPE_RULE))],
  ['subject', text(MAX_SUBJECT_CHARS)],
  ['time', text(64, time => (parseRfc3339(time) === undefined ? 'must be an RFC 3339 timestamp' : undefined))],
];
/** What is not judged as an optional attribute. */
const JUDGED: ReadonlySet<string> = new Set(['data', ...REQUIRED.map(([name]) => name)]);
const TYPE_RULE = "must be '<domain>.<aggregate>.<past-tense>.v<major>'";
const JSON_CONTENT = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;.*)?$/i;

/**
 * Parses the envelope of an event (CloudEvents 1.0, structured JSON). The data is not judged here: that is its
 * schema's task. Attributes that are `null` count as absent, as the specification says.
 */
export function parseEnvelope(value: unknown): Result<CloudEvent, EventProblem> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(eventProblem('', value, 'must be a JSON object (a CloudEvent)'));
  }
  const attributes = withoutNulls(value);
  const problem = requiredProblem(attributes) ?? optionalProblem(attributes);
  if (problem) return refused(problem);
  return accepted(attributes as unknown as CloudEvent); // every required attribute has just been checked
}

function withoutNulls(value: object): Record<string, unknown> {
  const attributes = value as Record<string, unknown>;
  for (const name of Object.keys(attributes)) {
    if (attributes[name] !== null || name === 'data') continue;
    return Object.fromEntries(Object.entries(attributes).filter(([each, given]) => given !== null || each === 'data'));
  }
  return attributes;
}

function requiredProblem(attributes: Record<string, unknown>): EventProblem | undefined {
  for (const [name, check] of REQUIRED) {
    const value = attributes[name];
    const reason = value === undefined ? 'is required' : check(value);
    if (reason) return eventProblem(name, value, reason);
  }
  return undefined;
}

function optionalProblem(attributes: Record<string, unknown>): EventProblem | undefined {
  for (const name of Object.keys(attributes)) {
    if (JUDGED.has(name)) continue;
    const value = attributes[name];
    const check = TEXT_ATTRIBUTES.get(name);
    if (name === 'data_base64') return eventProblem(name, value, 'binary data is not accepted: send JSON in data');
    if (!check && !ATTRIBUTE_NAME.test(name)) {
      return eventProblem(name, value, 'attribute names must be 1 to 32 lower-case letters or digits');
    }
    if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isInteger(value)) {
      return eventProblem(name, value, 'extension attributes must be text, boolean or integer');
    }
    const reason = check?.(value);
    if (reason) return eventProblem(name, value, reason);
    if (typeof value === 'string' && value.length > MAX_TEXT_CHARS) {
      return eventProblem(name, value, `must be at most ${MAX_TEXT_CHARS} characters`);
    }
    if (name === 'datacontenttype' && value !== 'application/json' && !JSON_CONTENT.test(String(value))) {
      return eventProblem(name, value, 'must be application/json');
    }
  }
  return undefined;
}

/** What Millrace reads. Those that facts inherit are short: a purchase of a hundred lines repeats them a hundred times. */
const TEXT_ATTRIBUTES: ReadonlyMap<string, Check> = new Map([
  ...[
    'datacontenttype',
    'dataschema',
    'dataref',
    'partitionkey',
    'sequence',
    'ingestedtime',
    'acceptance',
    'classification',
  ].map((name): [string, Check] => [name, text(MAX_TEXT_CHARS)]),
  ...['tenantid', 'correlationid', 'causationid', 'traceparent'].map((name): [string, Check] => [
    name,
    text(MAX_INHERITED_CHARS),
  ]),
]);

function text(maxChars: number, rule?: (value: string) => string | undefined): Check {
  return value => {
    if (typeof value !== 'string' || value === '') return 'must be non-empty text';
    if (value.length > maxChars) return `must be at most ${maxChars} characters`;
    return rule?.(value);
  };
}
