/** Where a mapping begins to read its stream. */
export type StartingPosition =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number };

/** A place in a shard from which it can be read. */
export type ReadablePosition =
  | StartingPosition
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

/** How far a shard has been processed; kept while a mapping is disabled. */
export type ShardPosition = ReadablePosition | { readonly type: 'ENDED' };
