/** Tags of streams, by the operations of Kinesis itself and by those that take the resource's ARN. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, optionalText, requiredStructure, requiredText, violation } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

export function addTagsToStream(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  applyTags(stream.tags, requiredStructure(input, 'Tags'));
  engine.kept.stream(stream);
}

export function removeTagsFromStream(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  for (const key of tagKeys(input)) stream.tags.delete(key);
  engine.kept.stream(stream);
}

export function listTagsForStream(engine: KinesisEngine, input: JsonObject) {
  const { tags } = findStream(engine, input);
  const limit = optionalInteger(input, 'Limit', { min: 1, max: 50 }) ?? MAX_TAGS;
  const after = optionalText(input, 'ExclusiveStartTagKey') ?? '';
  const rest = describeTags(tags).filter(tag => tag.Key > after);
  return { Tags: rest.slice(0, limit), HasMoreTags: rest.length > limit };
}

export function tagResource(engine: KinesisEngine, input: JsonObject): void {
  const stream = findTagged(engine, input);
  applyTags(stream.tags, requiredStructure(input, 'Tags'));
  engine.kept.stream(stream);
}

export function untagResource(engine: KinesisEngine, input: JsonObject): void {
  const stream = findTagged(engine, input);
  for (const key of tagKeys(input)) stream.tags.delete(key);
  engine.kept.stream(stream);
}

export function listTagsForResource(engine: KinesisEngine, input: JsonObject) {
  return { Tags: describeTags(findTagged(engine, input).tags) };
}

/** @throws AwsError InvalidArgumentException when there would be more than 50 */
export function applyTags(tags: Map<string, string>, added: JsonObject): void {
  const keys = new Set([...tags.keys(), ...Object.keys(added)]);
  if (keys.size > MAX_TAGS)
    throw new AwsError('InvalidArgumentException', `Failed to add tags: at most ${MAX_TAGS} tags are allowed.`);
  for (const [key, value] of Object.entries(added)) refuseTag(key, String(value));
  for (const [key, value] of Object.entries(added)) tags.set(key, String(value));
}

function refuseTag(key: string, value: string): void {
  if (key.length < 1 || key.length > MAX_KEY_LENGTH) {
    const lengths = `less than or equal to ${MAX_KEY_LENGTH}, Member must have length greater than or equal to 1`;
    throw violation(
      `{${key}=${value}}`,
      'tags',
      `Map keys must satisfy constraint: [Member must have length ${lengths}]`,
    );
  }
  if (value.length > MAX_VALUE_LENGTH) {
    const lengths = `less than or equal to ${MAX_VALUE_LENGTH}, Member must have length greater than or equal to 0`;
    throw violation(
      `{${key}=${value}}`,
      'tags',
      `Map value must satisfy constraint: [Member must have length ${lengths}]`,
    );
  }
}

function findTagged(engine: KinesisEngine, input: JsonObject) {
  return findStream(engine, { StreamARN: requiredText(input, 'ResourceARN', { min: 1 }) });
}

function tagKeys(input: JsonObject): readonly string[] {
  const keys = input.TagKeys;
  if (!Array.isArray(keys)) throw violation(keys, 'tagKeys', 'Member must not be null');
  return keys.map(String);
}

function describeTags(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
