import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpRequest, HttpResponse, HttpWire, JsonObject } from '../../cloud/service.ts';

const REGISTRY = '/v1/registries/name/:RegistryName';
const SCHEMA = `${REGISTRY}/schemas/name/:SchemaName`;

const ROUTES = [
  ['GET', '/v1/registries', 'ListRegistries'],
  ['POST', REGISTRY, 'CreateRegistry'],
  ['GET', REGISTRY, 'DescribeRegistry'],
  ['PUT', REGISTRY, 'UpdateRegistry'],
  ['DELETE', REGISTRY, 'DeleteRegistry'],
  ['GET', `${REGISTRY}/schemas`, 'ListSchemas'],
  ['POST', SCHEMA, 'CreateSchema'],
  ['GET', SCHEMA, 'DescribeSchema'],
  ['PUT', SCHEMA, 'UpdateSchema'],
  ['DELETE', SCHEMA, 'DeleteSchema'],
  ['GET', `${SCHEMA}/versions`, 'ListSchemaVersions'],
] as const;

/** Members of the query, by the operations' names for them. */
const QUERY_MEMBERS = {
  schemaVersion: 'SchemaVersion',
  schemaNamePrefix: 'SchemaNamePrefix',
  registryNamePrefix: 'RegistryNamePrefix',
} as const;

/** The REST JSON protocol of the EventBridge schema registry. */
export function schemasWire(cloud: Cloud): HttpWire {
  return {
    protocol: 'http',
    async handle(request, principal) {
      const requestId = cloud.ids.uuid();
      const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
      try {
        const { operation, input } = parseRequest(request);
        const answer = await cloud.call({ service: 'schemas', operation, input, principal, requestId });
        const status = operation.startsWith('Delete') ? 204 : operation.startsWith('Create') ? 201 : 200;
        return { status, headers, body: status === 204 ? '' : JSON.stringify(answer ?? {}) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return refused(error, headers);
      }
    },
  };
}

function refused({ status, code, message, fields }: AwsError, headers: Readonly<Record<string, string>>): HttpResponse {
  const body = JSON.stringify({ Message: message, ...fields });
  return { status, headers: { ...headers, 'x-amzn-errortype': code }, body };
}

function parseRequest(request: HttpRequest): { readonly operation: string; readonly input: JsonObject } {
  for (const [method, path, operation] of ROUTES) {
    const named = method === request.method ? membersOf(path, request.path) : undefined;
    if (named) return { operation, input: { ...parseBody(request), ...queryMembers(request.query), ...named } };
  }
  const message = `schemas has no operation ${request.method} ${request.path}`;
  throw new AwsError('UnknownOperationException', message, { status: 404 });
}

/** What stands in a path in the places that its pattern names; `undefined` when it does not fit. */
function membersOf(pattern: string, path: string): JsonObject | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  if (wanted.some((step, index) => !step.startsWith(':') && step !== given[index])) return undefined;
  const named = wanted.flatMap((step, index) =>
    step.startsWith(':') ? [[step.slice(1), decodeURIComponent(given[index] ?? '')]] : [],
  );
  return Object.fromEntries(named);
}

function parseBody({ body }: HttpRequest): JsonObject {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as JsonObject; // the operation checks the members
  } catch {
    throw new AwsError('BadRequestException', 'The request body is not valid JSON', { status: 400 });
  }
}

function queryMembers(query: URLSearchParams): JsonObject {
  const found = Object.entries(QUERY_MEMBERS).filter(([name]) => query.has(name));
  return Object.fromEntries(found.map(([name, member]) => [member, query.get(name)]));
}
