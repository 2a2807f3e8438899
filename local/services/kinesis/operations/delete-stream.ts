import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';

export function deleteStream(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  if (stream.consumers.size > 0 && input.EnforceConsumerDeletion !== true) {
    throw new AwsError(
      'ResourceInUseException',
      `Stream ${stream.name} under account ${engine.cloud.accountId} has registered consumers.`,
    );
  }
  engine.streams.delete(stream.name);
  engine.cloud.signals.notify(stream.arn);
}
