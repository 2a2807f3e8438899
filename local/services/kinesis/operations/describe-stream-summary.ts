import type { JsonObject } from '../../../cloud/service.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { describeStreamState } from '../stream-description.ts';

export function describeStreamSummary(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  return {
    StreamDescriptionSummary: {
      ...describeStreamState(stream),
      OpenShardCount: stream.open.length,
      ConsumerCount: stream.consumers.size,
      MaxRecordSizeInKiB: stream.maxRecordBytes / 1024,
    },
  };
}
