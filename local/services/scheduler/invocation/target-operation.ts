import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { queueUrl } from '../../events/delivery/target-call.ts';
import { objectMember, textMember } from '../../events/request-members.ts';
import { validationError } from '../scheduler-error.ts';

/** The call that a schedule's target stands for. */
export interface TargetOperation {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
}

/** Names of services in universal targets (those of the AWS SDK) that differ from the names of `Cloud.call`. */
const SDK_SERVICES: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  cloudwatch: 'monitoring',
  cloudwatchlogs: 'logs',
};

const UNIVERSAL_TARGET = /^arn:aws:scheduler:::aws-sdk:([a-z0-9-]+):([a-zA-Z0-9]+)$/;

/** Whether the embedded cloud can invoke such a target. */
export function isSupportedTarget(arn: string): boolean {
  const service = arn.split(':')[2] ?? '';
  return UNIVERSAL_TARGET.test(arn) || ['sqs', 'sns', 'lambda', 'kinesis', 'states', 'events'].includes(service);
}

/** What to call for a target with its input. @throws AwsError when the input of a universal target is not an object */
export function targetOperation(cloud: Cloud, target: JsonObject, input: string): TargetOperation {
  const arn = textMember(target, 'Arn') ?? '';
  const [, sdkService, action = ''] = UNIVERSAL_TARGET.exec(arn) ?? [];
  if (sdkService !== undefined) {
    const operation = action.charAt(0).toUpperCase() + action.slice(1);
    return { service: SDK_SERVICES[sdkService] ?? sdkService, operation, input: parseInput(input) };
  }
  const service = arn.split(':')[2] ?? '';
  switch (service) {
    case 'sqs':
      return { service, operation: 'SendMessage', input: sendMessageInput(cloud, target, input) };
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: arn, Message: input } };
    case 'lambda':
      return { service, operation: 'Invoke', input: { FunctionName: arn, InvocationType: 'Event', Payload: input } };
    case 'kinesis': {
      const partitionKey = textMember(objectMember(target, 'KinesisParameters') ?? {}, 'PartitionKey') ?? '';
      const data = Buffer.from(input).toString('base64');
      return { service, operation: 'PutRecord', input: { StreamARN: arn, Data: data, PartitionKey: partitionKey } };
    }
    case 'states':
      return { service, operation: 'StartExecution', input: { stateMachineArn: arn, input } };
    case 'events': {
      const { DetailType, Source } = objectMember(target, 'EventBridgeParameters') ?? {};
      return {
        service,
        operation: 'PutEvents',
        input: { Entries: [{ EventBusName: arn, DetailType, Source, Detail: input }] },
      };
    }
    default:
      throw validationError(`Provided Arn is not supported by the embedded cloud: ${arn}`);
  }
}

function sendMessageInput(cloud: Cloud, target: JsonObject, input: string): JsonObject {
  const message = { QueueUrl: queueUrl(cloud, textMember(target, 'Arn') ?? ''), MessageBody: input };
  const group = textMember(objectMember(target, 'SqsParameters') ?? {}, 'MessageGroupId');
  return group === undefined ? message : { ...message, MessageGroupId: group };
}

function parseInput(input: string): JsonObject {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === 'object' && value !== null) return value as JsonObject; // JSON with members
  } catch {
    // refused below
  }
  throw validationError('The input of a universal target must be a JSON object');
}
