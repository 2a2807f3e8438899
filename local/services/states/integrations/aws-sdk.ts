import type { JsonObject } from '../../../cloud/service.ts';
import { StateFailure } from '../execution/state-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { sdkErrors } from './error-naming.ts';
import { asJsonText } from './json-text.ts';
import { toCamelMembers, toPascalMembers } from './member-case.ts';
import { callService } from './service-call.ts';
import type { TaskCall } from './task-integration.ts';

/** How an SDK integration reaches a service of ours. */
interface SdkService {
  /** Our name of the service. */
  readonly service: string;
  /** The SDK's name, in error names. */
  readonly prefix: string;
  /** The API's own member names begin in lower case. */
  readonly camelMembers?: boolean;
  /** Members that the API wants as text: other values become JSON. */
  readonly textMembers?: readonly string[];
  /** Members that are bytes on the wire: base64. */
  readonly blobMembers?: readonly string[];
}

const SERVICES: Readonly<Record<string, SdkService>> = {
  cloudwatch: { service: 'monitoring', prefix: 'CloudWatch' },
  cloudwatchlogs: { service: 'logs', prefix: 'CloudWatchLogs', camelMembers: true },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb' },
  dynamodbstreams: { service: 'dynamodbstreams', prefix: 'DynamoDbStreams' },
  eventbridge: { service: 'events', prefix: 'EventBridge', textMembers: ['Detail'] },
  iam: { service: 'iam', prefix: 'Iam' },
  kinesis: { service: 'kinesis', prefix: 'Kinesis', blobMembers: ['Data'] },
  lambda: { service: 'lambda', prefix: 'Lambda', textMembers: ['Payload'] },
  s3: { service: 's3', prefix: 'S3', textMembers: ['Body'], blobMembers: ['Body'] },
  scheduler: { service: 'scheduler', prefix: 'Scheduler', textMembers: ['Input'] },
  sfn: { service: 'states', prefix: 'Sfn', camelMembers: true, textMembers: ['Input', 'Output', 'Definition'] },
  sns: { service: 'sns', prefix: 'Sns', textMembers: ['Message'] },
  sqs: { service: 'sqs', prefix: 'Sqs', textMembers: ['MessageBody'] },
  ssm: { service: 'ssm', prefix: 'Ssm' },
  sts: { service: 'sts', prefix: 'Sts' },
};

/** Whether `aws-sdk:<name>` names a service of ours. */
export function isSdkService(name: string): boolean {
  return name in SERVICES;
}

/** `aws-sdk:<service>:<action>`: any operation of a service, its members in the SDK's spelling. */
export async function callSdk(name: string, call: TaskCall): Promise<unknown> {
  const target = SERVICES[name];
  if (!target)
    throw new StateFailure({ error: 'States.Runtime', cause: `The service aws-sdk:${name} is not supported` });
  const operation = `${call.action.charAt(0).toUpperCase()}${call.action.slice(1)}`;
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  const prepared = prepareMembers(parameters, target);
  const input = (target.camelMembers ? toCamelMembers(prepared) : prepared) as JsonObject; // objects stay objects
  const { service, prefix } = target;
  const { body } = await callService(call.visit, { service, operation, input, errors: sdkErrors(prefix) });
  const answer = withTimestampTexts(body);
  return target.camelMembers ? toPascalMembers(answer) : answer;
}

function prepareMembers(value: unknown, target: SdkService): unknown {
  if (Array.isArray(value)) return value.map(item => prepareMembers(item, target));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const text = target.textMembers?.includes(name) ? asJsonText(member) : member;
    if (target.blobMembers?.includes(name) && typeof text === 'string') {
      return [name, Buffer.from(text, 'utf8').toString('base64')];
    }
    return [name, text === member ? prepareMembers(member, target) : text];
  });
  return Object.fromEntries(entries);
}

/** The SDK turns timestamps into text; on our wire they are epoch seconds under names that end in `Date` or `Time`. */
function withTimestampTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimestampTexts);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const isTimestamp = typeof member === 'number' && /(Date|Time|Timestamp)$/.test(name);
    return [name, isTimestamp ? new Date(member * 1000).toISOString() : withTimestampTexts(member)];
  });
  return Object.fromEntries(entries);
}
