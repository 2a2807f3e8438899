import { type BusEvent, eventWithoutDetail, isoSeconds } from '../bus-event.ts';
import type { Rule, Target } from '../event-bus.ts';
import { parseKeepingNumbers } from '../json-text.ts';
import { objectMember, textMember } from '../request-members.ts';
import { fillTemplate, type TemplateValue } from './input-template.ts';
import { valueAt } from './json-path.ts';

type NamedRule = Pick<Rule, 'name' | 'arn'>;

/** Names that a template may use without a path. */
export const RESERVED_VARIABLES: readonly string[] = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
];

/** The text that a target receives for an event: the event, a part of it, a constant, or a filled template. */
export function targetInput(target: Target, rule: NamedRule, event: BusEvent): string {
  const constant = textMember(target, 'Input');
  if (constant !== undefined) return constant;
  const path = textMember(target, 'InputPath');
  if (path !== undefined && path !== '$') return jsonAt(event.json, path) ?? 'null';
  const transformer = objectMember(target, 'InputTransformer');
  if (!transformer) return event.json;
  const paths = objectMember(transformer, 'InputPathsMap') ?? {};
  return fillTemplate(textMember(transformer, 'InputTemplate') ?? '', name => {
    const path = textMember(paths, name);
    return path === undefined ? reserved(name, rule, event) : { json: jsonAt(event.json, path) };
  });
}

/** The event's value at a path as text, for a Kinesis partition key. */
export function textAt(event: BusEvent, path: string): string | undefined {
  const value = valueAt(parseKeepingNumbers(event.json), path);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function jsonAt(json: string, path: string): string | undefined {
  const value = valueAt(parseKeepingNumbers(json), path);
  return value === undefined ? undefined : JSON.stringify(value);
}

function reserved(name: string, rule: NamedRule, event: BusEvent): TemplateValue {
  switch (name) {
    case 'aws.events.rule-arn':
      return { json: JSON.stringify(rule.arn) };
    case 'aws.events.rule-name':
      return { json: JSON.stringify(rule.name) };
    case 'aws.events.event.ingestion-time':
      return { json: JSON.stringify(isoSeconds(event.ingestedMs)) };
    case 'aws.events.event':
      return { json: JSON.stringify(eventWithoutDetail(event)), verbatim: true };
    case 'aws.events.event.json':
      return { json: event.json, verbatim: true };
    default:
      return { json: undefined };
  }
}
