import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { RecordFilter } from './record-filter.ts';
import type { Checkpoints } from './stream/checkpoints.ts';
import type { StartingPosition } from './stream/shard-position.ts';

export type EventSourceKind = 'kinesis' | 'dynamodb' | 'sqs';

/** What can be set about a mapping. Limits of -1 mean "none". */
export interface MappingSettings {
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** Patterns, as JSON text; a record passes when it matches one. */
  readonly filterPatterns: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** Streams only, as all that follows up to `onFailureArn`. */
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly tumblingWindowMs: number;
  readonly onFailureArn?: string | undefined;
  /** Queues only. */
  readonly maximumConcurrency?: number | undefined;
}

export interface EventSourceMapping {
  readonly uuid: string;
  readonly arn: string;
  readonly kind: EventSourceKind;
  readonly eventSourceArn: string;
  functionName: string;
  /** As given: with the qualifier if there was one. */
  functionArn: string;
  readonly startingPosition?: StartingPosition | undefined;
  settings: MappingSettings;
  state: 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting';
  lastProcessingResult: string;
  lastModifiedMs: number;
  /** Streams only. */
  readonly checkpoints: Checkpoints;
}

/** What came of one call of the mapping's function. */
export type FunctionAnswer =
  | {
      readonly kind: 'answered';
      readonly requestId: string;
      /** JSON text. */
      readonly payload: string;
      readonly functionError?: string;
      readonly executedVersion: string;
    }
  | { readonly kind: 'throttled' }
  /** The function could not be called at all: deleted, or the call was denied. */
  | { readonly kind: 'unavailable' };

/** What a poller works with. */
export interface PollerContext {
  readonly cloud: Cloud;
  readonly mapping: EventSourceMapping;
  /** @default everything passes */
  readonly filter: RecordFilter | undefined;
  /** The function's role, under which the source is read. */
  readonly principal: () => Principal;
  /** Resolves when a call of the function would not have to wait for others to end: what comes until then joins the batch. */
  readonly untilFree: () => Promise<void>;
  readonly callFunction: (payload: string) => Promise<FunctionAnswer>;
  /** What came of the last batch, or what keeps the source from being read. */
  readonly report: (processingResult: string) => void;
}

/** Reads one event source and feeds its function. */
export interface Poller {
  /** Resolves when the starting position is fixed: what comes into the source from now on is not missed. */
  start(): Promise<void>;
  /** Resolves when no invocation is under way any more. */
  stop(): Promise<void>;
}
