import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { deliver } from '../../destination.ts';
import type { EventSourceMapping } from '../event-source-mapping.ts';
import type { ShardSource, StreamRecord } from './shard-source.ts';

/** A batch that will not be tried again. */
export interface FailedBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly approximateInvokeCount: number;
  /** Of the last invocation. */
  readonly requestId: string;
  /** Missing when the records were too old to be tried again. */
  readonly response?: { readonly functionError: string | null; readonly executedVersion: string };
  /** The event of the last invocation, for S3. */
  readonly payload: JsonObject;
}

export interface FailedBatchOptions {
  readonly cloud: Cloud;
  readonly mapping: EventSourceMapping;
  readonly source: ShardSource;
  readonly principal: Principal;
}

/** Tells the mapping's on-failure destination, if it has one. Never throws: a refused delivery is counted. */
export async function reportFailedBatch(options: FailedBatchOptions, failed: FailedBatch): Promise<void> {
  const { cloud, mapping, principal } = options;
  const destinationArn = mapping.settings.onFailureArn;
  if (!destinationArn) return;
  const document = failedBatchDocument(options, failed);
  const toS3 = destinationArn.split(':')[2] === 's3';
  try {
    await deliver(cloud, {
      destinationArn,
      principal,
      body: toS3 ? { ...document, payload: failed.payload } : document,
      objectKey: objectKey(options, failed.shardId),
    });
  } catch {
    const dimensions = { FunctionName: mapping.functionName };
    cloud.metrics({
      namespace: 'AWS/Lambda',
      name: 'DestinationDeliveryFailures',
      dimensions,
      value: 1,
      unit: 'Count',
    });
  }
}

/** Members in the order in which AWS sends them. */
export function failedBatchDocument({ cloud, mapping, source }: FailedBatchOptions, failed: FailedBatch): JsonObject {
  const { records, response } = failed;
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) throw new Error('Cannot report a failed batch: it has no records');
  return {
    requestContext: {
      requestId: failed.requestId,
      functionArn: mapping.functionArn,
      condition: failed.condition,
      approximateInvokeCount: failed.approximateInvokeCount,
    },
    ...(response
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: response.executedVersion,
            functionError: response.functionError,
          },
        }
      : {}),
    version: '1.0',
    timestamp: new Date(cloud.clock.now()).toISOString(),
    [source.batchInfoMember]: {
      shardId: failed.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: source.arrivalTime(first.arrivalMs),
      approximateArrivalOfLastRecord: source.arrivalTime(last.arrivalMs),
      batchSize: records.length,
      streamArn: source.streamArn,
    },
  };
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>` */
function objectKey({ cloud, mapping }: FailedBatchOptions, shardId: string): string {
  const now = new Date(cloud.clock.now()).toISOString();
  const day = now.slice(0, 10).replaceAll('-', '/');
  return `aws/lambda/${mapping.uuid}/${shardId}/${day}/${now.slice(0, 19).replaceAll(':', '.')}-${cloud.ids.uuid()}`;
}
