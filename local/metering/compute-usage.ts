/** HTTP APIs, Lambda, Step Functions and S3. */
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { KB, type Usage, unitsBegun } from './usage.ts';

const API_UNIT_BYTES = 512 * KB;
const API_GATEWAY = 'apigateway.amazonaws.com';

/**
 * An invocation by an HTTP API is one request to it as well. How often functions run and for how long is told by their
 * metrics, retries included. @see https://aws.amazon.com/api-gateway/pricing/
 */
export function lambdaUsage(
  operation: string,
  { input, answer, principal }: { input: JsonObject; answer: JsonObject; principal: Principal },
): Usage[] {
  if (operation !== 'Invoke') return [];
  const bytes = typeof input.Payload === 'string' ? input.Payload.length : 0;
  const usage: Usage[] = [
    { service: 'lambda', resource: functionName(input.FunctionName), unit: 'payload-bytes', quantity: bytes },
  ];
  if (principal.kind !== 'service' || principal.service !== API_GATEWAY) return usage;
  const api = { service: 'execute-api', resource: apiId(principal.sourceArn) };
  const sentBytes = typeof answer.Payload === 'string' ? answer.Payload.length : 0;
  return [
    ...usage,
    { ...api, unit: 'requests', quantity: unitsBegun(bytes, API_UNIT_BYTES) },
    { ...api, unit: 'sent-bytes', quantity: sentBytes },
  ];
}

/** `arn:…:function:name:alias` → `name` */
export function functionName(nameOrArn: unknown): string {
  const text = String(nameOrArn);
  return text.startsWith('arn:') ? (text.split(':')[6] ?? '') : text;
}

/** `arn:…:execute-api:region:account:<api>/<stage>/…` */
function apiId(sourceArn: string): string {
  return sourceArn.split(':')[5]?.split('/')[0] ?? '';
}

/** @see https://aws.amazon.com/step-functions/pricing/ */
export function statesUsage(operation: string, input: JsonObject): Usage[] {
  if (operation !== 'StartExecution' && operation !== 'StartSyncExecution') return [];
  const resource = String(input.stateMachineArn).split(':')[6] ?? '';
  return [{ service: 'states', resource, unit: 'executions', quantity: 1 }];
}

const PUTS = new Set([
  'PutObject',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'ListObjectsV2',
  'ListObjects',
]);
const GETS = new Set(['GetObject', 'HeadObject']);

/** @see https://aws.amazon.com/s3/pricing/ */
export function s3Usage(operation: string, input: JsonObject): Usage[] {
  const of = { service: 's3', resource: String(input.Bucket ?? '') };
  if (GETS.has(operation)) return [{ ...of, unit: 'get-requests', quantity: 1 }];
  if (!PUTS.has(operation)) return [];
  const body = typeof input.Body === 'string' ? Buffer.byteLength(input.Body, 'base64') : 0;
  return [
    { ...of, unit: 'put-requests', quantity: 1 },
    ...(body > 0 ? [{ ...of, unit: 'stored-bytes' as const, quantity: body }] : []),
  ];
}
