import type { JsonObject } from '../../../cloud/service.ts';
import type { ApiDestination } from '../connection.ts';
import { checkMembers, NAME_PATTERN, numberViolations, type TextConstraint, violationsError } from '../constraints.ts';
import type { EventsEngine } from '../events-engine.ts';
import { alreadyExists, notFound } from '../events-error.ts';
import { numberMember, page, present, textMember } from '../request-members.ts';

const DEFAULT_RATE_PER_SECOND = 300;
const NAME: TextConstraint = { required: true, minLength: 1, maxLength: 64, pattern: NAME_PATTERN };
const CONNECTION_ARN: TextConstraint = {
  minLength: 1,
  maxLength: 1600,
  pattern:
    '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$',
};
const ENDPOINT: TextConstraint = { minLength: 1, maxLength: 2048 };
const METHOD: TextConstraint = { values: ['HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'GET', 'OPTIONS'] };

export function createApiDestination(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    Name: NAME,
    Description: { maxLength: 512 },
    ConnectionArn: { ...CONNECTION_ARN, required: true },
    InvocationEndpoint: { ...ENDPOINT, required: true },
    HttpMethod: { ...METHOD, required: true },
  });
  checkRate(input);
  const name = textMember(input, 'Name') ?? '';
  if (engine.apiDestinations.has(name)) throw alreadyExists(`An api-destination '${name}'`);
  const now = engine.cloud.clock.now();
  const destination: ApiDestination = {
    name,
    arn: engine.cloud.arn('events', `api-destination/${name}/${engine.cloud.ids.uuid()}`),
    createdMs: now,
    modifiedMs: now,
    description: textMember(input, 'Description'),
    connectionArn: existingConnection(engine, textMember(input, 'ConnectionArn') ?? ''),
    endpoint: textMember(input, 'InvocationEndpoint') ?? '',
    method: textMember(input, 'HttpMethod') ?? '',
    ratePerSecond: numberMember(input, 'InvocationRateLimitPerSecond') ?? DEFAULT_RATE_PER_SECOND,
    freeAtMs: now,
  };
  engine.apiDestinations.set(name, destination);
  engine.changed.apiDestination(destination);
  return changed(engine, destination);
}

export function updateApiDestination(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    Name: NAME,
    ConnectionArn: CONNECTION_ARN,
    InvocationEndpoint: ENDPOINT,
    HttpMethod: METHOD,
  });
  checkRate(input);
  const destination = find(engine, input, 'update');
  const connectionArn = textMember(input, 'ConnectionArn');
  if (connectionArn !== undefined) destination.connectionArn = existingConnection(engine, connectionArn);
  destination.endpoint = textMember(input, 'InvocationEndpoint') ?? destination.endpoint;
  destination.method = textMember(input, 'HttpMethod') ?? destination.method;
  destination.description = textMember(input, 'Description') ?? destination.description;
  destination.ratePerSecond = numberMember(input, 'InvocationRateLimitPerSecond') ?? destination.ratePerSecond;
  destination.modifiedMs = engine.cloud.clock.now();
  engine.changed.apiDestination(destination);
  return changed(engine, destination);
}

export function deleteApiDestination(engine: EventsEngine, input: JsonObject): void {
  const destination = find(engine, input, 'delete');
  engine.apiDestinations.delete(destination.name);
  engine.changed.apiDestination(destination);
}

export function describeApiDestination(engine: EventsEngine, input: JsonObject): JsonObject {
  const destination = find(engine, input, 'describe');
  return present({ ...summary(engine, destination), Description: destination.description });
}

export function listApiDestinations(engine: EventsEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const connectionArn = textMember(input, 'ConnectionArn');
  const found = [...engine.apiDestinations.values()].filter(
    ({ name, connectionArn: own }) => name.startsWith(prefix) && (connectionArn === undefined || own === connectionArn),
  );
  const { items, nextToken } = page(input, found);
  return present({ ApiDestinations: items.map(item => summary(engine, item)), NextToken: nextToken });
}

function checkRate(input: JsonObject): void {
  const rate = numberMember(input, 'InvocationRateLimitPerSecond');
  const range = { from: 1, to: Number.POSITIVE_INFINITY };
  const violations = numberViolations('invocationRateLimitPerSecond', rate, range);
  if (violations.length > 0) throw violationsError(violations);
}

function existingConnection(engine: EventsEngine, arn: string): string {
  if (engine.connectionOf(arn)) return arn;
  throw notFound(`Connection '${arn.split('/')[1]}' does not exist`);
}

function find(engine: EventsEngine, input: JsonObject, verb: string): ApiDestination {
  const name = textMember(input, 'Name') ?? '';
  const destination = engine.apiDestinations.get(name);
  if (destination) return destination;
  throw notFound(`Failed to ${verb} the api-destination(s). An api-destination '${name}' does not exist`);
}

/** A destination is as active as its connection is authorised. */
function changed(engine: EventsEngine, destination: ApiDestination): JsonObject {
  const connection = engine.connectionOf(destination.connectionArn);
  return {
    ApiDestinationArn: destination.arn,
    ApiDestinationState: connection?.state === 'AUTHORIZED' ? 'ACTIVE' : 'INACTIVE',
    CreationTime: destination.createdMs / 1000,
    LastModifiedTime: destination.modifiedMs / 1000,
  };
}

function summary(engine: EventsEngine, destination: ApiDestination): JsonObject {
  return {
    ...changed(engine, destination),
    Name: destination.name,
    ConnectionArn: destination.connectionArn,
    InvocationEndpoint: destination.endpoint,
    HttpMethod: destination.method,
    InvocationRateLimitPerSecond: destination.ratePerSecond,
  };
}
