import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import {
  DynamoEventSource,
  KinesisEventSource,
  SqsDlq,
  type StreamEventSourceProps,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';

/** DynamoDB keeps the changes of a table for a day. */
const TABLE_STREAM_HOURS = 24;

/** A Kinesis stream, or the change stream of a table. */
export type StreamSource = { readonly stream: IStream } | { readonly table: Table };

export interface StreamConsumerProps {
  readonly config: MillraceConfig;
  readonly source: StreamSource;
  readonly handler: HandlerFunction;
  /** The name of the queue that learns which records were given up. */
  readonly failures: string;
}

/**
 * Feeds a handler from a stream, in order per key, and never blocks a shard for good: a failing batch is cut in two until
 * the bad record stands alone, retried a bounded number of times over a bounded time, then reported to the failure queue.
 * Changes of a table are retried for as long as DynamoDB keeps them: the next write of an item takes its outbox with it.
 */
export class StreamConsumer extends Construct {
  /** The function's plain name, by which its iterator age is watched. */
  readonly functionName: string;

  constructor(scope: Construct, id: string, { config, source, handler, failures }: StreamConsumerProps) {
    super(scope, id);
    this.functionName = handler.name;
    handler.followTraces();
    const failureQueue = new DeadLetterQueue(this, 'Failures', { config, name: failures });
    const { processor } = config;
    const props: StreamEventSourceProps = {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: processor.batchSize,
      maxBatchingWindow: Duration.seconds(processor.batchWindowSeconds),
      parallelizationFactor: keepsOrderSideBySide(source) ? processor.parallelization : 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: processor.retryAttempts,
      maxRecordAge: Duration.hours('stream' in source ? processor.maxRecordAgeHours : TABLE_STREAM_HOURS),
      onFailure: new SqsDlq(failureQueue),
    };
    if ('stream' in source) handler.function.addEventSource(new KinesisEventSource(source.stream, props));
    else consumeChanges(handler, source.table, props);
  }
}

/**
 * Batches of one shard that are in work at a time keep the order of a partition key of Kinesis, and of an item: not that of the
 * items of a table that have a partition key in common, and facts of one key stand in several of them (Lambda guide, "DynamoDB
 * streams as an event source": parallelization).
 */
function keepsOrderSideBySide(source: StreamSource): boolean {
  return 'stream' in source || source.table.schemaV2().sortKeys.length === 0;
}

function consumeChanges(handler: HandlerFunction, table: Table, props: StreamEventSourceProps): void {
  const changes = table as ITable; // the library is typed without exactOptionalPropertyTypes
  handler.function.addEventSource(new DynamoEventSource(changes, props));
  handler.acknowledgeGrant(
    'AwsSolutions-IAM5[Resource::*]',
    'An event source mapping needs dynamodb:ListStreams, which knows no single resource; it lists names and reads nothing.',
  );
}
