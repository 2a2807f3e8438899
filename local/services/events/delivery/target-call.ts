import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { BusEvent } from '../bus-event.ts';
import type { Rule, Target } from '../event-bus.ts';
import { forwardedEntry } from '../forwarded-events.ts';
import { objectMember, textMember } from '../request-members.ts';
import { textAt } from './target-input.ts';

/** What is said about a rule when its targets are called. */
export type TargetedRule = Pick<Rule, 'name' | 'arn' | 'busName'>;

/** One event on its way to one target. */
export interface TargetCall {
  readonly target: Target;
  readonly rule: TargetedRule;
  readonly event: BusEvent;
  /** What the target receives. */
  readonly input: string;
  /** The same at every attempt, so that a repeated call can be recognized where the target's service does so. */
  readonly deliveryId: string;
}

/** Kinds of targets, by the service in their ARN. */
export type TargetKind = 'sqs' | 'sns' | 'lambda' | 'kinesis' | 'states' | 'events' | 'logs' | 'api-destination';

/** Kinds that EventBridge reaches in a role that the customer gave it. */
export const KINDS_NEEDING_ROLE: ReadonlySet<TargetKind> = new Set(['kinesis', 'states', 'events', 'api-destination']);

const KINDS: ReadonlySet<string> = new Set(['sqs', 'sns', 'lambda', 'kinesis', 'states', 'events', 'logs']);

/** @returns undefined when the embedded cloud has no such target */
export function targetKind(arn: string): TargetKind | undefined {
  const service = arn.split(':')[2] ?? '';
  if (service === 'events' && arn.includes(':api-destination/')) return 'api-destination';
  return KINDS.has(service) ? (service as TargetKind) : undefined; // one of KINDS
}

/** Hands the event over. @throws AwsError as the target's service refuses */
export async function callTarget(cloud: Cloud, call: TargetCall): Promise<void> {
  const { Arn: arn } = call.target;
  switch (targetKind(arn)) {
    case 'sqs':
      return run(cloud, call, 'SendMessage', sendMessageInput(cloud, call));
    case 'sns':
      return run(cloud, call, 'Publish', { TopicArn: arn, Message: call.input });
    case 'lambda':
      requireJson(call.input);
      return run(cloud, call, 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: call.input });
    case 'kinesis':
      return run(cloud, call, 'PutRecord', putRecordInput(call));
    case 'states':
      requireJson(call.input);
      return run(cloud, call, 'StartExecution', {
        stateMachineArn: arn,
        name: `${call.event.id}_${call.deliveryId}`,
        input: call.input,
      });
    case 'events':
      return run(cloud, call, 'PutEvents', { Entries: [forwardedEntry(call.event, arn)] });
    case 'api-destination':
      return run(cloud, call, 'InvokeApiDestination', {
        ApiDestinationArn: arn,
        Body: call.input,
        HttpParameters: objectMember(call.target, 'HttpParameters'),
      });
    case 'logs':
      return writeLog(cloud, call);
    case undefined:
      throw new AwsError('ValidationException', `${arn} is not a target that the embedded cloud supports`);
  }
}

/** Who calls the target: the role, where one is given, or EventBridge on behalf of the rule. */
export function targetPrincipal({ target, rule }: Pick<TargetCall, 'target' | 'rule'>): Principal {
  const roleArn = textMember(target, 'RoleArn');
  return roleArn === undefined
    ? { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn }
    : { kind: 'role', roleArn, session: rule.name };
}

/** The URL of a queue, by its ARN. */
export function queueUrl(cloud: Cloud, queueArn: string): string {
  const [account, name] = queueArn.split(':').slice(-2);
  return `${cloud.endpoint}/${account}/${name}`;
}

async function run(cloud: Cloud, call: TargetCall, operation: string, input: JsonObject): Promise<void> {
  const service = call.target.Arn.split(':')[2] ?? '';
  await cloud.call({ service, operation, input, principal: targetPrincipal(call) });
}

function sendMessageInput(cloud: Cloud, { target, input }: TargetCall): JsonObject {
  const group = textMember(objectMember(target, 'SqsParameters') ?? {}, 'MessageGroupId');
  const message = { QueueUrl: queueUrl(cloud, target.Arn), MessageBody: input };
  return group === undefined ? message : { ...message, MessageGroupId: group };
}

function putRecordInput({ target, input, event }: TargetCall): JsonObject {
  const path = textMember(objectMember(target, 'KinesisParameters') ?? {}, 'PartitionKeyPath');
  const partitionKey = path === undefined ? event.id : (textAt(event, path) ?? event.id);
  return { StreamARN: target.Arn, Data: Buffer.from(input).toString('base64'), PartitionKey: partitionKey };
}

function writeLog(cloud: Cloud, { target, input, deliveryId }: TargetCall): void {
  const logGroup = target.Arn.split(':log-group:')[1]?.replace(/:\*$/, '') ?? '';
  cloud.logs({ logGroup, logStream: deliveryId, message: input });
}

function requireJson(input: string): void {
  try {
    JSON.parse(input);
  } catch (cause) {
    throw new AwsError('InvalidJson', 'The input of the target is not valid JSON', { cause });
  }
}
