/** `TagQueue`, `UntagQueue` and `ListQueueTags`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { findQueue, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, missingParameter } from '../sqs-error.ts';

const MAX_TAGS = 50;

export function tagQueue(engine: SqsEngine, input: JsonObject): void {
  const { tags } = findQueue(engine, input);
  if (input.Tags === undefined || input.Tags === null) throw missingParameter('Tags');
  applyTags(tags, input.Tags);
}

export function untagQueue(engine: SqsEngine, input: JsonObject): void {
  const { tags } = findQueue(engine, input);
  if (!Array.isArray(input.TagKeys)) throw missingParameter('TagKeys');
  for (const key of input.TagKeys) tags.delete(String(key));
}

export function listQueueTags(engine: SqsEngine, input: JsonObject) {
  const { tags } = findQueue(engine, input);
  return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) };
}

export function applyTags(tags: Map<string, string>, added: unknown): void {
  for (const [key, value] of Object.entries((added ?? {}) as JsonObject)) tags.set(key, String(value));
  if (tags.size > MAX_TAGS) throw invalidParameter(`Too many tags added for queue. Limit is ${MAX_TAGS}.`);
}
