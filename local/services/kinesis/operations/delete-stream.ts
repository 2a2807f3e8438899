import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { endSubscriptions, findStream, type KinesisEngine } from '../kinesis-engine.ts';

export function deleteStream(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  if (stream.consumers.size > 0 && input.EnforceConsumerDeletion !== true) {
    throw new AwsError(
      'ResourceInUseException',
      `Stream ${stream.name} under account ${engine.cloud.accountId} has registered consumers.`,
    );
  }
  engine.streams.delete(stream.name);
  engine.kept.stream(stream);
  engine.kept.shards(stream, stream.shards.values());
  for (const consumer of stream.consumers.values()) endSubscriptions(engine, consumer);
  engine.cloud.signals.notify(stream.arn);
}
