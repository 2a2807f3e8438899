import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { OPERATOR, type Principal } from '../../cloud/principal.ts';
import { queueUrl } from '../../invoke/destination.ts';
import type { EventSourceKind } from '../../invoke/event-source-mapping/event-source-mapping.ts';
import { parseFunctionName } from './function-name.ts';
import type { FunctionStore, ResolvedFunction } from './function-store.ts';

/** @throws AwsError InvalidParameterValueException when no such source can be read */
export function sourceKind(eventSourceArn: string): EventSourceKind {
  const service = eventSourceArn.split(':')[2];
  if (service === 'kinesis' || service === 'dynamodb' || service === 'sqs') return service;
  throw invalid(
    `Unrecognized event source, must be kinesis, dynamodb stream, sqs or kafka, received ${eventSourceArn}`,
  );
}

/** @throws AwsError InvalidParameterValueException when there is no such function to map a source to */
export function mappedFunction(
  { functions }: { readonly functions: FunctionStore },
  functionName: string,
): ResolvedFunction {
  if (!functions.find(parseFunctionName(functionName).name)) throw invalid('Function does not exist');
  return functions.resolve(functionName);
}

export interface SourceCheck {
  readonly kind: EventSourceKind;
  readonly arn: string;
  /** The function's role. */
  readonly principal: Principal;
  readonly functionTimeoutSeconds: number;
}

/** Makes sure that the source is there and that the function's role may read it. @throws AwsError InvalidParameterValueException */
export async function checkSource(cloud: Cloud, source: SourceCheck): Promise<void> {
  try {
    await (source.kind === 'sqs' ? checkQueue(cloud, source) : checkStream(cloud, source));
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'InvalidParameterValueException') throw error;
    throw invalid(refusal(source, error), error);
  }
}

async function checkStream(cloud: Cloud, { kind, arn, principal }: SourceCheck): Promise<void> {
  if (kind === 'kinesis') {
    const streamArn = arn.replace(/\/consumer\/.*$/, '');
    await cloud.call({ service: 'kinesis', operation: 'ListShards', input: { StreamARN: streamArn }, principal });
    if (arn !== streamArn) await checkConsumer(cloud, arn);
  } else {
    await cloud.call({ service: 'dynamodbstreams', operation: 'DescribeStream', input: { StreamArn: arn }, principal });
  }
}

/** Only whether it is there: the managed policy for functions that read Kinesis does not allow to describe consumers. */
async function checkConsumer(cloud: Cloud, arn: string): Promise<void> {
  const input = { ConsumerARN: arn };
  await cloud.call({ service: 'kinesis', operation: 'DescribeStreamConsumer', input, principal: OPERATOR });
}

async function checkQueue(cloud: Cloud, { arn, principal, functionTimeoutSeconds }: SourceCheck): Promise<void> {
  const input = { QueueUrl: queueUrl(cloud, arn), AttributeNames: ['VisibilityTimeout'] };
  const { Attributes: attributes } = await cloud.call<{ Attributes?: Record<string, string> }>({
    service: 'sqs',
    operation: 'GetQueueAttributes',
    input,
    principal,
  });
  const visibilitySeconds = Number(attributes?.VisibilityTimeout ?? Number.POSITIVE_INFINITY);
  if (visibilitySeconds < functionTimeoutSeconds) {
    throw invalid(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${functionTimeoutSeconds} seconds`,
    );
  }
}

function refusal({ kind, arn }: SourceCheck, error: AwsError): string {
  const denied = error.code.startsWith('AccessDenied');
  if (kind === 'sqs') {
    if (denied) return 'The provided execution role does not have permissions to call ReceiveMessage on SQS';
    return 'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.';
  }
  if (!denied) return `Stream not found: ${arn}`;
  const actions = 'GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams';
  return `Cannot access stream ${arn}. Please ensure the role can perform the ${actions} Actions on your stream in IAM.`;
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' }, cause });
}
