import type { JsonObject } from '../../../cloud/service.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { isObject, listMember, textMember } from '../request-members.ts';

export function tagResource(engine: EventsEngine, input: JsonObject): void {
  const { tags, changed } = tagged(engine, input);
  setTags(tags, input);
  changed();
}

export function untagResource(engine: EventsEngine, input: JsonObject): void {
  const { tags, changed } = tagged(engine, input);
  for (const key of listMember(input, 'TagKeys')) tags.delete(String(key));
  changed();
}

export function listTagsForResource(engine: EventsEngine, input: JsonObject): JsonObject {
  const { tags } = tagged(engine, input);
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

/** Puts the request's `Tags` on a resource. */
export function setTags(tags: Map<string, string>, input: JsonObject): void {
  for (const tag of listMember(input, 'Tags').filter(isObject)) tags.set(String(tag.Key), String(tag.Value ?? ''));
}

interface Tagged {
  readonly tags: Map<string, string>;
  /** To be called after a change. */
  readonly changed: () => void;
}

function tagged(engine: EventsEngine, input: JsonObject): Tagged {
  const arn = textMember(input, 'ResourceARN') ?? '';
  const [, busName] = /:event-bus\/(.+)$/.exec(arn) ?? [];
  if (busName !== undefined) {
    const bus = engine.bus(busName);
    return { tags: bus.tags, changed: () => engine.changed.bus(bus) };
  }
  const [, ruleBus, ruleName] = /:rule\/(?:(.+)\/)?([^/]+)$/.exec(arn) ?? [];
  if (ruleName !== undefined) {
    const rule = engine.rule(engine.bus(ruleBus), ruleName);
    return { tags: rule.tags, changed: () => engine.changed.rule(rule) };
  }
  throw validationError(`Parameter ResourceARN is not valid. Reason: Provided Arn is not in correct format.`);
}
