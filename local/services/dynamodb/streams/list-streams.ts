import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, forgetStreams } from '../database.ts';
import { readInteger, readText } from '../request.ts';

const LARGEST_PAGE = 100;

/** ListStreams: those of one table or of all, in the order of their ARNs. */
export function listStreams(database: Database, input: JsonObject): JsonObject {
  forgetStreams(database);
  const tableName = readText(input, 'TableName');
  const limit = Math.min(readInteger(input, 'Limit', 1) ?? LARGEST_PAGE, LARGEST_PAGE);
  const after = readText(input, 'ExclusiveStartStreamArn') ?? '';
  const streams = [...database.streams.values()]
    .filter(stream => stream.arn > after && (tableName === undefined || stream.tableName === tableName))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const page = streams.slice(0, limit);
  return {
    Streams: page.map(stream => ({
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      TableName: stream.tableName,
    })),
    ...(streams.length > limit ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
  };
}
