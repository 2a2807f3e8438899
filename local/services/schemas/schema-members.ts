/** What requests say, checked as the service does it. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { Tags } from './schema-registries.ts';

const REGISTRY_NAME = /^[0-9A-Za-z_.@-]{1,64}$/;
const SCHEMA_NAME = /^[0-9A-Za-z_.@-]{1,385}$/;
const LONGEST_DESCRIPTION = 256;
const LONGEST_CONTENT = 100_000;
const TYPES = ['OpenApi3', 'JSONSchemaDraft4'];

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message, { status: 400, fields: { Code: 'BadRequestException' } });
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, { status: 409, fields: { Code: 'ConflictException' } });
}

export function registryName(input: JsonObject): string {
  const { RegistryName: name } = input;
  if (typeof name === 'string' && REGISTRY_NAME.test(name) && !/^aws/i.test(name)) return name;
  throw badRequest(`Invalid registry name '${String(name)}'.`);
}

export function schemaName(input: JsonObject): string {
  const { SchemaName: name } = input;
  if (typeof name === 'string' && SCHEMA_NAME.test(name)) return name;
  throw badRequest(`Invalid schema name '${String(name)}'.`);
}

export function description(input: JsonObject, before = ''): string {
  const { Description: text = before } = input;
  if (typeof text === 'string' && text.length <= LONGEST_DESCRIPTION) return text;
  throw badRequest(`Description must have length less than or equal to ${LONGEST_DESCRIPTION}`);
}

export function schemaType(input: JsonObject, before?: string): string {
  const { Type: type = before } = input;
  if (typeof type === 'string' && TYPES.includes(type)) return type;
  throw badRequest(`Type must be one of ${TYPES.join(', ')}, received '${String(type)}'`);
}

/** JSON, of the type that the schema says it has. */
export function schemaContent({ Content: content }: JsonObject, type: string): string {
  if (typeof content !== 'string' || content.length === 0 || content.length > LONGEST_CONTENT) {
    throw badRequest(`Content must have length between 1 and ${LONGEST_CONTENT}`);
  }
  const value = jsonOf(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('Content is not a valid JSON document.');
  }
  if (type === 'OpenApi3' && !('openapi' in value && String(value.openapi).startsWith('3.'))) {
    throw badRequest('Content is not a valid OpenApi3 document.');
  }
  const isDraft4 = !('$schema' in value) || /draft-04\/schema#?$/.test(String(value.$schema));
  if (type === 'JSONSchemaDraft4' && !isDraft4) throw badRequest('Content is not a valid JSONSchemaDraft4 document.');
  return content;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function tagsOf({ tags }: JsonObject): Tags {
  if (typeof tags !== 'object' || tags === null) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}
