import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { EventsStage } from './events-stage.ts';
import { recordedTests } from './recorded-test.ts';

const NO_SECRETS = 'the embedded cloud has no Secrets Manager to read the secret of a connection from';

const OAUTH = {
  AuthorizationEndpoint: 'https://example.com/oauth',
  ClientParameters: { ClientID: 'client_id', ClientSecret: 'client_secret' },
  HttpMethod: 'POST',
};

/** In the order of the public test's parameters. */
const AUTHORIZATIONS: readonly JsonObject[] = [
  {
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters: { Username: 'user', Password: 'pass' } },
  },
  {
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'ApiKey', ApiKeyValue: 'secret' } },
  },
  { AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS', AuthParameters: { OAuthParameters: OAUTH } },
];

const [BASIC, API_KEY] = AUTHORIZATIONS.map(({ AuthorizationType, AuthParameters }) => ({
  AuthorizationType,
  AuthParameters: { ...(AuthParameters as JsonObject), InvocationHttpParameters: {} },
}));

const INVALID_NAME = 'Invalid Name With Spaces!';

/** API destinations and their connections. */
export const connectionsHarness = recordedTests('events/test_api_destinations_and_connection', {
  tests: {
    test_create_connection: async stage => {
      const Name = stage.name('connection');
      return {
        'create-connection': await stage.answer('CreateConnection', { Name, ...API_KEY }),
        'describe-connection': await stage.answer('DescribeConnection', { Name }),
      };
    },

    test_create_connection_with_auth: async (stage, parameters) => {
      const Name = stage.name('connection');
      return {
        'create-connection-auth': await stage.answer('CreateConnection', { Name, ...authorization(parameters) }),
        'describe-connection-auth': await stage.answer('DescribeConnection', { Name }),
      };
    },

    test_list_connections: async stage => {
      const Name = stage.name('connection');
      await stage.events('CreateConnection', { Name, ...BASIC });
      return { 'list-connections': await stage.answer('ListConnections', { NamePrefix: Name }) };
    },

    test_delete_connection: async stage => {
      const Name = stage.name('connection');
      return {
        'create-connection-response': await stage.answer('CreateConnection', { Name, ...API_KEY }),
        'delete-connection': await stage.answer('DeleteConnection', { Name }),
        'describe-deleted-connection': await stage.refusal('DescribeConnection', { Name }),
      };
    },

    test_create_connection_invalid_parameters: async stage => {
      const input = { Name: stage.name('connection'), AuthorizationType: 'INVALID_AUTH_TYPE', AuthParameters: {} };
      return { 'create-connection-invalid-auth-error': await stage.refusal('CreateConnection', input) };
    },

    test_create_connection_name_validation: async stage => ({
      'create-connection-invalid-name-error': await stage.refusal('CreateConnection', {
        Name: INVALID_NAME,
        ...API_KEY,
      }),
    }),

    test_api_destinations: apiDestination,

    test_create_api_destination_invalid_parameters: async stage => ({
      'create-api-destination-invalid-parameters-error': await stage.refusal('CreateApiDestination', {
        Name: stage.name('destination'),
        ConnectionArn: 'invalid-connection-arn',
        HttpMethod: 'INVALID_METHOD',
        InvocationEndpoint: 'invalid-endpoint',
      }),
    }),

    test_create_api_destination_name_validation: async stage => ({
      'create-api-destination-invalid-name-error': await stage.refusal('CreateApiDestination', {
        Name: INVALID_NAME,
        ConnectionArn: await newConnection(stage, 'auth0'),
        HttpMethod: 'POST',
        InvocationEndpoint: 'https://example.com/api',
      }),
    }),
  },
  outOfScope: { test_update_connection: NO_SECRETS, test_connection_secrets: NO_SECRETS },
});

async function apiDestination(stage: EventsStage, parameters: string): Promise<JsonObject> {
  const ConnectionArn = await newConnection(stage, parameters);
  const Name = stage.name('destination');
  const created = await stage.answer('CreateApiDestination', {
    Name,
    ConnectionArn,
    HttpMethod: 'POST',
    InvocationEndpoint: 'https://example.com/api',
    Description: 'Test API destination',
  });
  const described = await stage.answer('DescribeApiDestination', { Name });
  const listed = await stage.answer('ListApiDestinations', { NamePrefix: Name });
  const updated = await stage.answer('UpdateApiDestination', {
    Name,
    ConnectionArn,
    HttpMethod: 'PUT',
    InvocationEndpoint: 'https://example.com/api/v2',
    Description: 'Updated API destination',
  });
  return {
    'create-api-destination': created,
    'describe-api-destination': described,
    'list-api-destinations': listed,
    'update-api-destination': updated,
    'describe-updated-api-destination': await stage.answer('DescribeApiDestination', { Name }),
    'delete-api-destination': await stage.answer('DeleteApiDestination', { Name }),
    'describe-api-destination-not-found-error': await stage.refusal('DescribeApiDestination', { Name }),
  };
}

/** A connection with two faults in its name and one in its authorisation. */
export async function refusedConnection(stage: EventsStage): Promise<JsonObject> {
  const Name = 'This should fail with two errors 123467890123412341234123412341234';
  const refusal = await stage.refusal('CreateConnection', { Name, ...BASIC, AuthorizationType: 'INVALID' });
  return { create_connection_exc: refusal };
}

/** @returns the ARN */
async function newConnection(stage: EventsStage, parameters: string): Promise<string> {
  const input = { Name: stage.name('connection'), ...authorization(parameters) };
  const { ConnectionArn } = await stage.events<{ ConnectionArn: string }>('CreateConnection', input);
  return ConnectionArn;
}

/** @param parameters with the authorisation's number at their end, for example `auth1` */
function authorization(parameters: string): JsonObject {
  return AUTHORIZATIONS[Number(parameters.slice(-1))] ?? {};
}
