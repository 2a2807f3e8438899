/** `TagQueue`, `UntagQueue` and `ListQueueTags`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { findQueue, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, missingParameter } from '../sqs-error.ts';

const MAX_TAGS = 50;

export function tagQueue(engine: SqsEngine, input: JsonObject): void {
  const { name, tags } = findQueue(engine, input);
  if (input.Tags === undefined || input.Tags === null) throw missingParameter('Tags');
  applyTags(tags, input.Tags);
  engine.changes.queue(name);
}

export function untagQueue(engine: SqsEngine, input: JsonObject): void {
  const { name, tags } = findQueue(engine, input);
  if (!Array.isArray(input.TagKeys)) throw missingParameter('TagKeys');
  for (const key of input.TagKeys) tags.delete(String(key));
  engine.changes.queue(name);
}

export function listQueueTags(engine: SqsEngine, input: JsonObject) {
  const { tags } = findQueue(engine, input);
  return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) };
}

export function applyTags(tags: Map<string, string>, added: unknown): void {
  const entries = Object.entries((added ?? {}) as JsonObject);
  if (new Set([...tags.keys(), ...entries.map(([key]) => key)]).size > MAX_TAGS)
    throw invalidParameter(`Too many tags added for queue. Limit is ${MAX_TAGS}.`);
  for (const [key, value] of entries) tags.set(key, String(value));
}
