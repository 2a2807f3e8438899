/** `CreateTopic`, `DeleteTopic`, `ListTopics`, `GetTopicAttributes` and `SetTopicAttributes`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { pageOf } from '../page.ts';
import { findTopic, requiredArn, type SnsEngine, subscriptionsOf } from '../sns-engine.ts';
import { invalidParameter } from '../sns-error.ts';
import type { Topic } from '../topic.ts';
import { effectiveTopicAttributes, parseTopicAttribute } from '../topic-attributes.ts';
import { parseTags } from './tags.ts';

const STANDARD_NAME = /^[\w-]{1,256}$/;
const FIFO_NAME = /^[\w-]{1,251}\.fifo$/;

/** Creating a topic that is there already answers with its ARN. */
export function createTopic(engine: SnsEngine, input: JsonObject) {
  const given = Object.entries((input.Attributes ?? {}) as JsonObject);
  const attributes = new Map(given.map(([name, value]) => [name, parseTopicAttribute(name, value)]));
  const fifo = attributes.get('FifoTopic') === 'true';
  const name = parseName(input.Name, fifo);
  const tags = parseTags(input.Tags);
  const arn = engine.cloud.arn('sns', name);
  const existing = engine.topics.get(arn);
  if (existing) {
    refuseDifferentTags(existing, tags);
    return { TopicArn: arn };
  }
  const published: Topic['published'] = new Map();
  engine.topics.set(arn, { name, arn, fifo, attributes, tags, subscriptionsDeleted: 0, sequence: 0, published });
  engine.changes.topic(arn);
  return { TopicArn: arn };
}

/** Its subscriptions go with it. Deleting a topic that is not there is no error. */
export function deleteTopic(engine: SnsEngine, input: JsonObject): void {
  const topic = engine.topics.get(requiredArn(input, 'TopicArn'));
  if (!topic) return;
  for (const { arn } of subscriptionsOf(engine, topic)) {
    engine.subscriptions.delete(arn);
    engine.changes.subscription(arn);
  }
  engine.topics.delete(topic.arn);
  engine.changes.topic(topic.arn);
  engine.changes.sequence(topic.arn);
  for (const id of topic.published.keys()) engine.changes.published(topic.arn, id);
}

export function listTopics(engine: SnsEngine, input: JsonObject) {
  const { page, nextToken } = pageOf([...engine.topics.keys()].sort(), input);
  return { Topics: page.map(TopicArn => ({ TopicArn })), ...nextToken };
}

export function getTopicAttributes(engine: SnsEngine, input: JsonObject) {
  return { Attributes: effectiveTopicAttributes(engine, findTopic(engine, input)) };
}

export function setTopicAttributes(engine: SnsEngine, input: JsonObject): void {
  const topic = findTopic(engine, input);
  const name = String(input.AttributeName ?? '');
  const value = parseTopicAttribute(name, input.AttributeValue);
  if (name === 'FifoTopic') throw invalidParameter('AttributeName');
  if (value === '') topic.attributes.delete(name);
  else topic.attributes.set(name, value);
  engine.changes.topic(topic.arn);
}

function parseName(name: unknown, fifo: boolean): string {
  if (typeof name === 'string' && (fifo ? FIFO_NAME : STANDARD_NAME).test(name)) return name;
  if (fifo)
    throw invalidParameter(
      'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, ' +
        'underscores, and hyphens, and must be between 1 and 256 characters long.',
    );
  throw invalidParameter('Topic Name');
}

function refuseDifferentTags(topic: Topic, tags: ReadonlyMap<string, string>): void {
  for (const [key, value] of tags)
    if (topic.tags.get(key) !== value) throw invalidParameter('Tags Reason: Topic already exists with different tags');
}
