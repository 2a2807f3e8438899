/** `TagResource`, `UntagResource` and `ListTagsForResource`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { findTopic, type SnsEngine } from '../sns-engine.ts';
import { invalidParameter } from '../sns-error.ts';

export function tagResource(engine: SnsEngine, input: JsonObject): void {
  const { arn, tags } = findTopic(engine, input, 'ResourceArn');
  for (const [key, value] of parseTags(input.Tags)) tags.set(key, value);
  engine.changes.topic(arn);
}

export function untagResource(engine: SnsEngine, input: JsonObject): void {
  const { arn, tags } = findTopic(engine, input, 'ResourceArn');
  for (const key of Array.isArray(input.TagKeys) ? input.TagKeys : []) tags.delete(String(key));
  engine.changes.topic(arn);
}

export function listTagsForResource(engine: SnsEngine, input: JsonObject) {
  const { tags } = findTopic(engine, input, 'ResourceArn');
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

export function parseTags(value: unknown): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { Key, Value } of Array.isArray(value) ? (value as readonly JsonObject[]) : []) {
    if (tags.has(String(Key))) throw invalidParameter('Duplicated keys are not allowed.');
    tags.set(String(Key), String(Value ?? ''));
  }
  return tags;
}
