/** Partial failure of batches: which operations have it, what a refused entry says, and how the rest is carried out. */
import type { CallRequest } from '../cloud/cloud.ts';
import type { Ids } from '../cloud/ids.ts';
import type { JsonObject } from '../cloud/service.ts';
import type { BatchShape, EntryRefusal } from './batch-shape.ts';
import { entryIdBatch } from './entry-id-batch.ts';
import type { Fault } from './fault-plan.ts';
import { positionalBatch } from './positional-batch.ts';
import { tableBatch } from './table-batch.ts';

type PartialFault = Extract<Fault, { kind: 'partial' }>;

interface BatchOperation {
  readonly shape: BatchShape;
  readonly refusal: EntryRefusal;
}

const INTERNAL = { code: 'InternalError', message: 'We encountered an internal error. Please try again.' };
const THROUGHPUT_EXCEEDED = 'ProvisionedThroughputExceededException';
const TABLE_THROTTLED = {
  code: THROUGHPUT_EXCEEDED,
  message: 'The level of configured provisioned throughput for one or more tables was exceeded.',
};

/** By service and operation. */
const BATCH_OPERATIONS: Readonly<Record<string, BatchOperation>> = {
  'dynamodb BatchGetItem': {
    shape: tableBatch({ unprocessed: 'UnprocessedKeys', processed: 'Responses', list: 'Keys' }),
    refusal: TABLE_THROTTLED,
  },
  'dynamodb BatchWriteItem': { shape: tableBatch({ unprocessed: 'UnprocessedItems' }), refusal: TABLE_THROTTLED },
  'events PutEvents': {
    shape: positionalBatch({ entries: 'Entries', results: 'Entries', failedCount: 'FailedEntryCount' }),
    refusal: { code: 'ThrottlingException', message: 'Rate exceeded' },
  },
  'firehose PutRecordBatch': {
    shape: positionalBatch({ entries: 'Records', results: 'RequestResponses', failedCount: 'FailedPutCount' }),
    refusal: { code: 'ServiceUnavailableException', message: 'Slow down.' },
  },
  'kinesis PutRecords': {
    shape: positionalBatch({ entries: 'Records', results: 'Records', failedCount: 'FailedRecordCount' }),
    refusal: { code: THROUGHPUT_EXCEEDED, message: 'Rate exceeded for shard shardId-000000000000.' },
  },
  'sns PublishBatch': { shape: entryIdBatch('PublishBatchRequestEntries'), refusal: INTERNAL },
  'sqs ChangeMessageVisibilityBatch': { shape: entryIdBatch('Entries'), refusal: INTERNAL },
  'sqs DeleteMessageBatch': { shape: entryIdBatch('Entries'), refusal: INTERNAL },
  'sqs SendMessageBatch': { shape: entryIdBatch('Entries'), refusal: INTERNAL },
};

/** `service operation` of everything that can fail in parts. */
export const batchOperations: readonly string[] = Object.keys(BATCH_OPERATIONS);

export function isBatchOperation(service: string, operation: string): boolean {
  return `${service} ${operation}` in BATCH_OPERATIONS;
}

export interface PartialFailure {
  /** Positions of the refused entries. */
  readonly refused: readonly number[];
  /** Carries out the rest. */
  readonly answer: () => Promise<JsonObject>;
}

/** @returns undefined when the choice falls on no entry: the call goes its way untouched */
export function partialFailure(
  request: CallRequest,
  { fault, ids, carryOut }: { fault: PartialFault; ids: Ids; carryOut: (input: JsonObject) => Promise<JsonObject> },
): PartialFailure | undefined {
  const operation = BATCH_OPERATIONS[`${request.service} ${request.operation}`];
  if (!operation) return undefined;
  const { input } = request;
  const { shape } = operation;
  const refused = choose(shape.entryCount(input), fault, ids);
  if (refused.size === 0) return undefined;
  const refusal = { code: fault.code ?? operation.refusal.code, message: fault.message ?? operation.refusal.message };
  return {
    refused: [...refused],
    async answer() {
      const left = shape.without(input, refused);
      return shape.answer({ input, refused, refusal, answer: left && (await carryOut(left)) });
    },
  };
}

const DEFAULT_SHARE = 0.5;

function choose(entryCount: number, { entries, share = DEFAULT_SHARE }: PartialFault, ids: Ids): Set<number> {
  const positions = Array.from({ length: entryCount }, (_, position) => position);
  return new Set(positions.filter(position => (entries ? entries.includes(position) : ids.random() < share)));
}
