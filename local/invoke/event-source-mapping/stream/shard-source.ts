import type { JsonObject } from '../../../cloud/service.ts';
import type { ReadablePosition } from './shard-position.ts';

export interface SourceShard {
  readonly shardId: string;
  readonly parentIds: readonly string[];
  /** Records may still come. */
  readonly open: boolean;
}

/** A stream record on its way to a function. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** Records with the same key are processed in order. */
  readonly key: string;
  readonly arrivalMs: number;
  /** The record as it stands in the function's event. */
  readonly event: JsonObject;
  readonly sizeBytes: number;
  /** For filters. */
  readonly json: () => string;
}

export interface ShardPage {
  readonly records: readonly StreamRecord[];
  /** Missing at the end of a closed shard. */
  readonly nextIterator: string | undefined;
  /** There is more to read right now. */
  readonly more: boolean;
}

/** A stream that is divided into shards: Kinesis or DynamoDB streams. All methods may throw AwsError. */
export interface ShardSource {
  readonly streamArn: string;
  /** Where it signals that there is something to read. @default streamArn */
  readonly signalsAt?: string;
  /** Whether `AT_TIMESTAMP` is a position of this source. */
  readonly readsByTime: boolean;
  readonly batchInfoMember: 'KinesisBatchInfo' | 'DDBStreamBatchInfo';
  listShards(): Promise<readonly SourceShard[]>;
  iterator(shardId: string, position: ReadablePosition): Promise<string>;
  read(shardId: string, iterator: string, limit: number): Promise<ShardPage>;
  /** The shard is not read any more. @default nothing has to be let go */
  release?(shardId: string): void;
  /** A time as it stands in the record of a failed batch. */
  arrivalTime(arrivalMs: number): string;
}
