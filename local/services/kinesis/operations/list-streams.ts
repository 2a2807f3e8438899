import type { JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, optionalText } from '../constraints.ts';
import type { KinesisEngine } from '../kinesis-engine.ts';

const DEFAULT_STREAMS = 100;

/** In the order of their names. The token is the last name of the page before. */
export function listStreams(engine: KinesisEngine, input: JsonObject) {
  const limit = optionalInteger(input, 'Limit', { min: 1, max: 10_000 }) ?? DEFAULT_STREAMS;
  const after = optionalText(input, 'NextToken') ?? optionalText(input, 'ExclusiveStartStreamName') ?? '';
  const rest = [...engine.streams.values()]
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    StreamNames: page.map(stream => stream.name),
    HasMoreStreams: rest.length > limit,
    ...(rest.length > limit && last ? { NextToken: last.name } : {}),
    StreamSummaries: page.map(stream => ({
      StreamName: stream.name,
      StreamARN: stream.arn,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: stream.mode },
      StreamCreationTimestamp: stream.createdMs / 1000,
    })),
  };
}
