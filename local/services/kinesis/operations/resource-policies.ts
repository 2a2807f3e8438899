/** The policies of streams and of their consumers, by ARN. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredText, STREAM_ARN } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import type { Stream } from '../stream.ts';
import { findConsumer } from './stream-consumers.ts';

const MAX_POLICY_BYTES = 20 * 1024;

export function putResourcePolicy(engine: KinesisEngine, input: JsonObject): void {
  const policy = requiredText(input, 'Policy');
  const { stream, arn } = findResource(engine, input);
  if (Buffer.byteLength(policy) > MAX_POLICY_BYTES)
    throw new AwsError('InvalidArgumentException', `Policy size must not exceed ${MAX_POLICY_BYTES} bytes.`);
  if (!parsePolicy(policy)) throw new AwsError('InvalidArgumentException', 'Policy is not a valid JSON document.');
  stream.policies.set(arn, policy);
  engine.kept.stream(stream);
}

/** Without a policy the answer is an empty one (observed, not documented). */
export function getResourcePolicy(engine: KinesisEngine, input: JsonObject) {
  const { stream, arn } = findResource(engine, input);
  return { Policy: stream.policies.get(arn) ?? '{}' };
}

export function deleteResourcePolicy(engine: KinesisEngine, input: JsonObject): void {
  const { stream, arn } = findResource(engine, input);
  if (!stream.policies.delete(arn))
    throw new AwsError('ResourceNotFoundException', `No resource policy found for resource ARN ${arn}`);
  engine.kept.stream(stream);
}

/** The policy at an ARN, to judge calls by; undefined where there is none. */
export function policyAt(engine: KinesisEngine, arn: string): JsonObject | undefined {
  const name = /:stream\/([^/]+)/.exec(arn)?.[1] ?? '';
  const policy = engine.streams.get(name)?.policies.get(arn);
  return policy === undefined ? undefined : parsePolicy(policy);
}

function findResource(engine: KinesisEngine, input: JsonObject): { readonly stream: Stream; readonly arn: string } {
  const arn = requiredText(input, 'ResourceARN', STREAM_ARN);
  if (arn.includes('/consumer/')) {
    const { stream } = findConsumer(engine, { ConsumerARN: arn });
    return { stream, arn };
  }
  return { stream: findStream(engine, { StreamARN: arn }), arn };
}

function parsePolicy(text: string): JsonObject | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? (document as JsonObject) : undefined; // checked just here
  } catch {
    return undefined;
  }
}
