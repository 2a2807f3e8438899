/** `AddPermission` and `RemovePermission`: statements in the policy of a topic, by their labels. */
import type { JsonObject } from '../../../cloud/service.ts';
import { findTopic, type SnsEngine } from '../sns-engine.ts';
import { invalidParameter } from '../sns-error.ts';
import type { Topic } from '../topic.ts';
import { OWNER_ACTIONS, ownerPolicy } from '../topic-attributes.ts';

const ACTIONS: ReadonlySet<string> = new Set([...OWNER_ACTIONS, 'Receive']);

export function addPermission(engine: SnsEngine, input: JsonObject): void {
  const topic = findTopic(engine, input);
  const Sid = String(input.Label ?? '');
  const accounts = texts(input.AWSAccountId);
  const actions = texts(input.ActionName);
  if (actions.length === 0 || actions.some(action => !ACTIONS.has(action)))
    throw invalidParameter('Policy statement action out of service scope!');
  const statements = statementsOf(engine, topic);
  if (statements.some(statement => statement.Sid === Sid)) throw invalidParameter('Statement already exists');
  const added = {
    Sid,
    Effect: 'Allow',
    Principal: { AWS: oneOrMany(accounts.map(account => `arn:aws:iam::${account}:root`)) },
    Action: oneOrMany(actions.map(action => `SNS:${action}`)),
    Resource: topic.arn,
  };
  setStatements(engine, topic, [...statements, added]);
}

/** A label that is not there is no error. */
export function removePermission(engine: SnsEngine, input: JsonObject): void {
  const topic = findTopic(engine, input);
  const left = statementsOf(engine, topic).filter(({ Sid }) => Sid !== input.Label);
  setStatements(engine, topic, left);
}

function policyOf(engine: SnsEngine, topic: Topic): JsonObject {
  const policy = topic.attributes.get('Policy');
  return policy === undefined ? ownerPolicy(engine, topic) : (JSON.parse(policy) as JsonObject); // checked when it was set
}

function statementsOf(engine: SnsEngine, topic: Topic): readonly JsonObject[] {
  const { Statement } = policyOf(engine, topic);
  return (Array.isArray(Statement) ? Statement : [Statement ?? []].flat()) as readonly JsonObject[]; // of a policy
}

function setStatements(engine: SnsEngine, topic: Topic, Statement: readonly JsonObject[]): void {
  topic.attributes.set('Policy', JSON.stringify({ ...policyOf(engine, topic), Statement }));
  engine.changes.topic(topic.arn);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function oneOrMany(items: readonly string[]): unknown {
  return items.length === 1 ? items[0] : items;
}
