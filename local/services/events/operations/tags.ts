import type { JsonObject } from '../../../cloud/service.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { isObject, listMember, textMember } from '../request-members.ts';

export function tagResource(engine: EventsEngine, input: JsonObject): void {
  setTags(tagsOf(engine, textMember(input, 'ResourceARN') ?? ''), input);
}

export function untagResource(engine: EventsEngine, input: JsonObject): void {
  const tags = tagsOf(engine, textMember(input, 'ResourceARN') ?? '');
  for (const key of listMember(input, 'TagKeys')) tags.delete(String(key));
}

export function listTagsForResource(engine: EventsEngine, input: JsonObject): JsonObject {
  const tags = tagsOf(engine, textMember(input, 'ResourceARN') ?? '');
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

/** Puts the request's `Tags` on a resource. */
export function setTags(tags: Map<string, string>, input: JsonObject): void {
  for (const tag of listMember(input, 'Tags').filter(isObject)) tags.set(String(tag.Key), String(tag.Value ?? ''));
}

function tagsOf(engine: EventsEngine, arn: string): Map<string, string> {
  const [, bus] = /:event-bus\/(.+)$/.exec(arn) ?? [];
  if (bus !== undefined) return engine.bus(bus).tags;
  const [, ruleBus, rule] = /:rule\/(?:(.+)\/)?([^/]+)$/.exec(arn) ?? [];
  if (rule !== undefined) return engine.rule(engine.bus(ruleBus), rule).tags;
  throw validationError(`Parameter ResourceARN is not valid. Reason: Provided Arn is not in correct format.`);
}
