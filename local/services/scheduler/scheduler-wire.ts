import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpRequest, HttpResponse, HttpWire, JsonObject } from '../../cloud/service.ts';

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  /** The member that the part of the path behind the collection is. */
  readonly member?: string;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/schedules\/([^/]+)$/, operation: 'CreateSchedule', member: 'Name' },
  { method: 'PUT', path: /^\/schedules\/([^/]+)$/, operation: 'UpdateSchedule', member: 'Name' },
  { method: 'GET', path: /^\/schedules\/([^/]+)$/, operation: 'GetSchedule', member: 'Name' },
  { method: 'DELETE', path: /^\/schedules\/([^/]+)$/, operation: 'DeleteSchedule', member: 'Name' },
  { method: 'GET', path: /^\/schedules$/, operation: 'ListSchedules' },
  { method: 'POST', path: /^\/schedule-groups\/([^/]+)$/, operation: 'CreateScheduleGroup', member: 'Name' },
  { method: 'GET', path: /^\/schedule-groups\/([^/]+)$/, operation: 'GetScheduleGroup', member: 'Name' },
  { method: 'DELETE', path: /^\/schedule-groups\/([^/]+)$/, operation: 'DeleteScheduleGroup', member: 'Name' },
  { method: 'GET', path: /^\/schedule-groups$/, operation: 'ListScheduleGroups' },
  { method: 'POST', path: /^\/tags\/(.+)$/, operation: 'TagResource', member: 'ResourceArn' },
  { method: 'GET', path: /^\/tags\/(.+)$/, operation: 'ListTagsForResource', member: 'ResourceArn' },
  { method: 'DELETE', path: /^\/tags\/(.+)$/, operation: 'UntagResource', member: 'ResourceArn' },
];

/** Members of the query, by the operations' names for them. */
const QUERY_MEMBERS: Readonly<Record<string, string>> = {
  groupName: 'GroupName',
  ScheduleGroup: 'GroupName',
  clientToken: 'ClientToken',
  NamePrefix: 'NamePrefix',
  State: 'State',
  NextToken: 'NextToken',
};

/** The REST JSON protocol of EventBridge Scheduler. */
export function schedulerWire(cloud: Cloud): HttpWire {
  return {
    protocol: 'http',
    async handle(request, principal) {
      const requestId = cloud.ids.uuid();
      try {
        const { operation, input } = parseRequest(request);
        const answer = await cloud.call({ service: 'scheduler', operation, input, principal, requestId });
        return respond(200, answer ?? {}, { 'x-amzn-requestid': requestId });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const headers = { 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code };
        return respond(error.status, { Message: error.message, ...error.fields }, headers);
      }
    },
  };
}

function parseRequest(request: HttpRequest): { readonly operation: string; readonly input: JsonObject } {
  for (const { method, path, operation, member } of ROUTES) {
    const match = request.method === method ? path.exec(request.path) : null;
    if (!match) continue;
    const named = member === undefined ? {} : { [member]: decodeURIComponent(match[1] ?? '') };
    return { operation, input: { ...parseBody(request), ...queryMembers(request.query), ...named } };
  }
  throw new AwsError('UnknownOperationException', `scheduler has no operation ${request.method} ${request.path}`, {
    status: 404,
  });
}

function parseBody({ body }: HttpRequest): JsonObject {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as JsonObject; // the operation checks the members
  } catch {
    throw new AwsError('ValidationException', 'The request body is not valid JSON', { status: 400 });
  }
}

function queryMembers(query: URLSearchParams): JsonObject {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(QUERY_MEMBERS)) {
    const value = query.get(name);
    if (value !== null) members[member] = value;
  }
  const maxResults = query.get('MaxResults');
  if (maxResults !== null) members.MaxResults = Number(maxResults);
  const tagKeys = query.getAll('TagKeys');
  if (tagKeys.length > 0) members.TagKeys = tagKeys;
  return members;
}

function respond(status: number, body: unknown, headers: Readonly<Record<string, string>>): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
