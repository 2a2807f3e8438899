import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers } from '../constraints.ts';
import { patternMember } from '../event-pattern-member.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { matchesPattern } from '../pattern/event-pattern.ts';
import { isObject, textMember } from '../request-members.ts';

/** Whether an event would match a pattern. */
export function testEventPattern(_: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, { EventPattern: { required: true, minLength: 1, maxLength: 4096 }, Event: { required: true } });
  const pattern = patternMember(input);
  const event = textMember(input, 'Event') ?? '';
  if (!isEvent(event)) throw validationError('Parameter Event is not valid.');
  return { Result: pattern !== undefined && matchesPattern(pattern, event) };
}

function isEvent(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
