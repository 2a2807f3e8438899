/** Registered consumers (enhanced fan-out): register, deregister, describe, list. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { CONSUMER_ARN, optionalInteger, optionalText, requiredText, STREAM_ARN, STREAM_NAME } from '../constraints.ts';
import {
  consumerNotFound,
  endSubscriptions,
  findStream,
  findStreamByName,
  type KinesisEngine,
} from '../kinesis-engine.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import type { Stream, StreamConsumer } from '../stream.ts';
import { describeConsumer } from '../stream-description.ts';

const MAX_CONSUMERS = 20;
const DEFAULT_CONSUMERS = 100;

export function registerStreamConsumer(engine: KinesisEngine, input: JsonObject) {
  requiredText(input, 'StreamARN', STREAM_ARN);
  const name = requiredText(input, 'ConsumerName', STREAM_NAME);
  const stream = findStream(engine, input);
  if (stream.consumers.has(name))
    throw new AwsError(
      'ResourceInUseException',
      `Consumer ${name} under stream ${stream.name} already exists for account ${engine.cloud.accountId}.`,
    );
  if (stream.consumers.size >= MAX_CONSUMERS)
    throw new AwsError('LimitExceededException', `Stream ${stream.name} already has ${MAX_CONSUMERS} consumers.`);
  const createdMs = engine.cloud.clock.now();
  const arn = `${stream.arn}/consumer/${name}:${Math.floor(createdMs / 1000)}`;
  const consumer = { name, arn, createdMs };
  stream.consumers.set(name, consumer);
  engine.kept.stream(stream);
  return { Consumer: { ...describeConsumer(consumer), ConsumerStatus: 'CREATING' } };
}

export function deregisterStreamConsumer(engine: KinesisEngine, input: JsonObject): void {
  const { stream, consumer } = findConsumer(engine, input);
  stream.consumers.delete(consumer.name);
  stream.policies.delete(consumer.arn);
  engine.kept.stream(stream);
  endSubscriptions(engine, consumer);
}

export function describeStreamConsumer(engine: KinesisEngine, input: JsonObject) {
  const { stream, consumer } = findConsumer(engine, input);
  return { ConsumerDescription: { ...describeConsumer(consumer), StreamARN: stream.arn } };
}

export function listStreamConsumers(engine: KinesisEngine, input: JsonObject) {
  const nowMs = engine.cloud.clock.now();
  const limit = optionalInteger(input, 'MaxResults', { min: 1, max: 10_000 }) ?? DEFAULT_CONSUMERS;
  const token = optionalText(input, 'NextToken', { min: 1 });
  const start = token === undefined ? undefined : decodePageToken(token, nowMs);
  const stream = start ? findStreamByName(engine, start.streamName) : findStream(engine, input);
  const rest = [...stream.consumers.values()]
    .filter(({ name }) => name > (start?.last ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    Consumers: page.map(describeConsumer),
    ...(rest.length > limit && last
      ? { NextToken: encodePageToken({ streamName: stream.name, last: last.name, issuedMs: nowMs }) }
      : {}),
  };
}

/** By `ConsumerARN`, or by `StreamARN` and `ConsumerName`. @throws AwsError ResourceNotFoundException */
export function findConsumer(engine: KinesisEngine, input: JsonObject): { stream: Stream; consumer: StreamConsumer } {
  const arn = optionalText(input, 'ConsumerARN', CONSUMER_ARN);
  const stream = findStream(engine, arn === undefined ? input : { StreamARN: arn.replace(/\/consumer\/.*$/, '') });
  const name = arn === undefined ? requiredText(input, 'ConsumerName', STREAM_NAME) : undefined;
  for (const consumer of stream.consumers.values()) {
    if (consumer.name === name || consumer.arn === arn) return { stream, consumer };
  }
  throw consumerNotFound(engine, arn ?? name);
}
