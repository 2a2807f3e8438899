/** What the operations of CloudWatch Logs read from their requests, and how they refuse. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { LogGroup, LogStore } from './log-store.ts';
import type { LogStream } from './log-stream.ts';

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const STREAM_NAME = /^[^:*]{1,512}$/;

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  return typeof input[name] === 'string' ? input[name] : undefined;
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  return typeof input[name] === 'number' ? input[name] : undefined;
}

/** By `logGroupName`, or by `logGroupIdentifier` (a name or an ARN, with or without `:*`). */
export function readGroupName(input: JsonObject): string {
  const identifier = optionalText(input, 'logGroupName') ?? optionalText(input, 'logGroupIdentifier') ?? '';
  const name = identifier.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
  if (!GROUP_NAME.test(name)) {
    throw invalidParameter(
      `1 validation error detected: Value '${identifier}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  }
  return name;
}

export function readGroup(store: LogStore, input: JsonObject): LogGroup {
  const group = store.group(readGroupName(input));
  if (!group) throw notFound('log group');
  return group;
}

export function readStreamName(input: JsonObject): string {
  const name = optionalText(input, 'logStreamName') ?? '';
  if (!STREAM_NAME.test(name)) {
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
    );
  }
  return name;
}

export function readStream(group: LogGroup, input: JsonObject): LogStream {
  const stream = group.streams.get(readStreamName(input));
  if (!stream) throw notFound('log stream');
  return stream;
}
