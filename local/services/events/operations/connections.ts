import type { JsonObject } from '../../../cloud/service.ts';
import { AUTHORIZATION_TYPES, type AuthorizationType, type Connection, withoutSecrets } from '../connection.ts';
import { checkMembers, NAME_PATTERN, type TextConstraint } from '../constraints.ts';
import type { EventsEngine } from '../events-engine.ts';
import { alreadyExists, notFound, validationError } from '../events-error.ts';
import { objectMember, page, present, textMember } from '../request-members.ts';

const NAME: TextConstraint = { required: true, minLength: 1, maxLength: 64, pattern: NAME_PATTERN };
const SUFFIX_LENGTH = 6;

/** The member of `AuthParameters` that each kind of authorisation needs. */
const PARAMETERS: Readonly<Record<AuthorizationType, string>> = {
  BASIC: 'BasicAuthParameters',
  API_KEY: 'ApiKeyAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
};

export function createConnection(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    Name: NAME,
    Description: { maxLength: 512 },
    AuthorizationType: { required: true, values: AUTHORIZATION_TYPES },
    AuthParameters: { required: true },
  });
  const name = textMember(input, 'Name') ?? '';
  if (engine.connections.has(name)) throw alreadyExists(`Connection ${name}`);
  const now = engine.cloud.clock.now();
  const { ids } = engine.cloud;
  const secret = `secret:events!connection/${name}/${ids.uuid()}-${ids.token(SUFFIX_LENGTH)}`;
  const connection: Connection = {
    name,
    arn: engine.cloud.arn('events', `connection/${name}/${ids.uuid()}`),
    secretArn: engine.cloud.arn('secretsmanager', secret),
    createdMs: now,
    modifiedMs: now,
    authorizedMs: now,
    description: textMember(input, 'Description'),
    ...authorization(input),
    token: undefined,
  };
  engine.connections.set(name, connection);
  engine.changed.connection(connection);
  const { LastAuthorizedTime: _, ...answer } = changed(connection);
  return answer;
}

export function updateConnection(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, { Name: NAME, AuthorizationType: { values: AUTHORIZATION_TYPES } });
  const connection = find(engine, input, 'update');
  connection.description = textMember(input, 'Description') ?? connection.description;
  if (input.AuthorizationType !== undefined || input.AuthParameters !== undefined) {
    const { authorizationType, authParameters } = connection;
    const given = { AuthorizationType: authorizationType, AuthParameters: authParameters, ...input };
    Object.assign(connection, authorization(given), { token: undefined });
    connection.authorizedMs = engine.cloud.clock.now();
  }
  connection.modifiedMs = engine.cloud.clock.now();
  engine.changed.connection(connection);
  return changed(connection);
}

export function deleteConnection(engine: EventsEngine, input: JsonObject): JsonObject {
  const connection = find(engine, input, 'delete');
  engine.connections.delete(connection.name);
  engine.changed.connection(connection);
  return { ...changed(connection), ConnectionState: 'DELETING' };
}

/** Takes away what the connection was granted; its calls fail until it is updated. */
export function deauthorizeConnection(engine: EventsEngine, input: JsonObject): JsonObject {
  const connection = find(engine, input, 'deauthorize');
  connection.state = 'DEAUTHORIZED';
  connection.token = undefined;
  connection.modifiedMs = engine.cloud.clock.now();
  engine.changed.connection(connection);
  return changed(connection);
}

export function describeConnection(engine: EventsEngine, input: JsonObject): JsonObject {
  const connection = find(engine, input, 'describe');
  return present({
    ...summary(connection),
    Description: connection.description,
    SecretArn: connection.secretArn,
    AuthParameters: withoutSecrets(connection.authParameters),
  });
}

export function listConnections(engine: EventsEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const state = textMember(input, 'ConnectionState');
  const found = [...engine.connections.values()].filter(
    connection => connection.name.startsWith(prefix) && (state === undefined || connection.state === state),
  );
  const { items, nextToken } = page(input, found);
  return present({ Connections: items.map(summary), NextToken: nextToken });
}

function authorization(input: JsonObject): Pick<Connection, 'authorizationType' | 'authParameters' | 'state'> {
  const authorizationType = textMember(input, 'AuthorizationType') as AuthorizationType; // one of the checked values
  const authParameters = objectMember(input, 'AuthParameters') ?? {};
  const needed = PARAMETERS[authorizationType];
  if (!objectMember(authParameters, needed))
    throw validationError(`Parameter(s) ${needed} must be specified for authorization type ${authorizationType}.`);
  const state = authorizationType === 'OAUTH_CLIENT_CREDENTIALS' ? 'AUTHORIZING' : 'AUTHORIZED';
  return { authorizationType, authParameters, state };
}

function find(engine: EventsEngine, input: JsonObject, verb: string): Connection {
  const name = textMember(input, 'Name') ?? '';
  const connection = engine.connections.get(name);
  if (connection) return connection;
  throw notFound(`Failed to ${verb} the connection(s). Connection '${name}' does not exist`);
}

function changed(connection: Connection): JsonObject {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: connection.state,
    CreationTime: connection.createdMs / 1000,
    LastModifiedTime: connection.modifiedMs / 1000,
    LastAuthorizedTime: connection.authorizedMs / 1000,
  };
}

function summary(connection: Connection): JsonObject {
  return {
    ...changed(connection),
    Name: connection.name,
    AuthorizationType: connection.authorizationType,
  };
}
