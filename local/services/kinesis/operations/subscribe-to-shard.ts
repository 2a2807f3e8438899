import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import {
  CONSUMER_ARN,
  optionalText,
  optionalTimeMs,
  requiredMembers,
  requiredOneOf,
  requiredText,
  SEQUENCE_NUMBER,
  SHARD_ID,
} from '../constraints.ts';
import { findShard, type KinesisEngine } from '../kinesis-engine.ts';
import { ShardSubscription } from '../shard-subscription.ts';
import { POSITION_TYPES, startingOrdinal } from '../starting-position.ts';
import { expire } from '../stream.ts';
import { findConsumer } from './stream-consumers.ts';

/** How long a subscription cannot be taken over (API reference, SubscribeToShard). */
const OWN_MS = 5_000;

/** Pushes a shard's records to a registered consumer. A later subscription takes the place of the one before. */
export function subscribeToShard(engine: KinesisEngine, input: JsonObject) {
  const consumerArn = requiredText(input, 'ConsumerARN', CONSUMER_ARN);
  const shardId = requiredText(input, 'ShardId', SHARD_ID);
  const position = requiredMembers(input, 'StartingPosition');
  const start = {
    type: requiredOneOf(position, 'StartingPosition.Type', POSITION_TYPES),
    sequence: optionalText(position, 'StartingPosition.SequenceNumber', SEQUENCE_NUMBER),
    timestampMs: optionalTimeMs(position, 'StartingPosition.Timestamp'),
    operation: 'SubscribeToShard',
  } as const;
  const { stream, consumer } = findConsumer(engine, { ConsumerARN: consumerArn });
  expire(stream, engine.cloud.clock.now());
  const shard = findShard(engine, stream, shardId);
  const ordinal = startingOrdinal(engine, { stream, shard }, start);
  takeOver(engine, { consumerArn, shardId });
  const subscription = new ShardSubscription(engine, { stream, shard, consumer, ordinal });
  engine.subscriptions.set(subscriptionKey({ consumerArn, shardId }), {
    subscription,
    sinceMs: engine.cloud.clock.now(),
  });
  return { EventStream: subscription };
}

interface Subscriber {
  readonly consumerArn: string;
  readonly shardId: string;
}

/** @throws AwsError ResourceInUseException within five seconds of the last successful call, even if that one has ended */
function takeOver(engine: KinesisEngine, subscriber: Subscriber): void {
  const earlier = engine.subscriptions.get(subscriptionKey(subscriber));
  if (!earlier) return;
  const { consumerArn, shardId } = subscriber;
  if (engine.cloud.clock.now() - earlier.sinceMs < OWN_MS) {
    throw new AwsError(
      'ResourceInUseException',
      `Another active subscription exists for this consumer: ${engine.cloud.accountId}:${consumerArn}:${shardId}`,
    );
  }
  earlier.subscription.end(
    new AwsError('ResourceInUseException', `Another subscription took over: ${consumerArn}:${shardId}`),
  );
}

function subscriptionKey({ consumerArn, shardId }: Subscriber): string {
  return `${consumerArn}/${shardId}`;
}
