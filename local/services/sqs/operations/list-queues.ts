import type { JsonObject } from '../../../cloud/service.ts';
import { redrivePolicyOf } from '../queue-attributes.ts';
import { findQueue, queueUrl, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter } from '../sqs-error.ts';

const MAX_RESULTS = 1000;

/** By name; the token is the last name of the page before. */
export function listQueues(engine: SqsEngine, input: JsonObject) {
  const prefix = typeof input.QueueNamePrefix === 'string' ? input.QueueNamePrefix : '';
  const names = [...engine.queues.keys()].filter(name => name.startsWith(prefix));
  const { page, nextToken } = pageOf(names, input);
  return {
    ...(page.length === 0 ? {} : { QueueUrls: page.map(name => queueUrl(engine.cloud, name)) }),
    ...nextToken,
  };
}

export function listDeadLetterSourceQueues(engine: SqsEngine, input: JsonObject) {
  const { arn } = findQueue(engine, input);
  const sources = [...engine.queues.values()].filter(
    ({ attributes }) => redrivePolicyOf(attributes)?.deadLetterTargetArn === arn,
  );
  const { page, nextToken } = pageOf(
    sources.map(({ name }) => name),
    input,
  );
  return { queueUrls: page.map(name => queueUrl(engine.cloud, name)), ...nextToken };
}

function pageOf(names: readonly string[], input: JsonObject) {
  const after = typeof input.NextToken === 'string' ? atob(input.NextToken) : '';
  const limit = input.MaxResults ?? MAX_RESULTS;
  if (typeof limit !== 'number' || limit < 1 || limit > MAX_RESULTS)
    throw invalidParameter(`Value ${limit} for parameter MaxResults is invalid. Reason: Must be between 1 and 1000.`);
  const rest = [...names].sort().filter(name => name > after);
  const page = rest.slice(0, limit);
  const more = rest.length > limit && input.MaxResults !== undefined;
  return { page, nextToken: more ? { NextToken: btoa(page.at(-1) ?? '') } : {} };
}
