import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { FunctionSchedule } from './function-schedule.ts';
import type { HandlerBundles } from './handler-bundles.ts';
import { HandlerFunction } from './handler-function.ts';
import type { CountedConsumer, CountedProcessor } from './ledger-inventory.ts';
import { readableArn } from './readable-arn.ts';

export interface LedgerReconcilerProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  readonly stream: IStream;
  readonly overflowQueue: string;
  /** Where events that were refused are kept. */
  readonly quarantine: IBucket;
  readonly processors: readonly CountedProcessor[];
  readonly consumers: readonly CountedConsumer[];
  /** The tables whose items carry facts to the bus, by plain physical name. */
  readonly outboxes: readonly string[];
  /** The functions that write entries, by plain physical name. */
  readonly counting: readonly string[];
}

/**
 * Compares, every five minutes and whenever it is asked to, what the hops counted, and looks for the evidence where they
 * differ. It reads: the logs of the functions that count, the stream, the names of what is in the quarantine, the change streams of
 * the tables that carry facts, and how much the queues hold; and it asks the functions of processors what they know of their
 * records. It writes nothing.
 */
export class LedgerReconciler extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, props: LedgerReconcilerProps) {
    super(scope, id);
    const { config, bundles, stream, quarantine, overflowQueue, processors, consumers } = props;
    const logGroups = props.counting.map(name => `/aws/lambda/${name}`);
    const topology = {
      collector: 'collector',
      drainer: 'overflow-drainer',
      publisher: 'outbox-publisher',
      overflowQueue,
      processors,
      consumers,
      outboxes: props.outboxes,
    };
    this.handler = new HandlerFunction(this, 'Default', {
      config,
      bundles,
      handler: 'reconciler',
      description: 'Compares what the hops counted, and names every event that cannot be accounted for',
      memoryMb: 512,
      timeout: Duration.minutes(5),
      environment: {
        STREAM_NAME: resourceName(config, 'events'),
        LOG_GROUPS: logGroups.join(','),
        QUARANTINE_BUCKET: quarantine.bucketName,
        TOPOLOGY: JSON.stringify(topology),
      },
    });
    this.#mayReadLogs(logGroups);
    stream.grant(this.handler, 'kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords');
    this.#mayAsk(processors.map(({ functionName }) => functionName));
    Grant.addToPrincipal({ grantee: this.handler, actions: ['s3:ListBucket'], resourceArns: [quarantine.bucketArn] });
    this.#mayReadChanges(props.outboxes);
    const queues = [overflowQueue, ...consumers.map(({ queue }) => queue)].flatMap(name => [name, deadLettersOf(name)]);
    this.#mayMeasure([...queues, ...processors.map(({ failures }) => failures)]);
    new FunctionSchedule(this, 'Schedule', {
      config,
      name: 'reconciler',
      description: 'Compares what the hops counted',
      expression: 'rate(5 minutes)',
      handler: this.handler,
    });
  }

  #mayReadLogs(groups: readonly string[]): void {
    const stack = Stack.of(this);
    const arns = groups.map(name => stack.formatArn({ service: 'logs', resource: `log-group:${name}:*` }));
    Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['logs:FilterLogEvents', 'logs:DescribeLogStreams'],
      resourceArns: arns,
    });
    for (const arn of arns) {
      this.handler.acknowledgeGrant(
        `AwsSolutions-IAM5[Resource::${readableArn(stack.resolve(arn))}]`,
        'The ARN of a log group ends with :* (its streams); the group itself is named.',
      );
    }
  }

  #mayAsk(functions: readonly string[]): void {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const arnOf = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat });
    Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['lambda:InvokeFunction'],
      resourceArns: functions.map(arnOf),
    });
  }

  #mayReadChanges(tables: readonly string[]): void {
    const stack = Stack.of(this);
    const arnOf = (resourceName: string) => stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName });
    const streams = tables.map(name => arnOf(`${name}/stream/*`));
    Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:DescribeTable'],
      resourceArns: tables.map(arnOf),
    });
    Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'],
      resourceArns: streams,
    });
    for (const arn of streams) {
      this.handler.acknowledgeGrant(
        `AwsSolutions-IAM5[Resource::${readableArn(stack.resolve(arn))}]`,
        'The change stream of a table is named by the moment at which it was made; the table itself is named.',
      );
    }
  }

  #mayMeasure(queues: readonly string[]): void {
    Grant.addToPrincipal({
      grantee: this.handler,
      actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
      resourceArns: queues.map(name => Stack.of(this).formatArn({ service: 'sqs', resource: name })),
    });
  }
}

function deadLettersOf(queue: string): string {
  return queue.replace(/(\.fifo)?$/, '-dlq$1');
}
