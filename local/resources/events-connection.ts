import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const parameter = z.strictObject({ Key: z.string(), Value: z.string(), IsValueSecret: z.boolean().optional() });

const httpParameters = z.strictObject({
  HeaderParameters: z.array(parameter).optional(),
  QueryStringParameters: z.array(parameter).optional(),
  BodyParameters: z.array(parameter).optional(),
});

const properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  AuthorizationType: z.enum(['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY']),
  AuthParameters: z.strictObject({
    BasicAuthParameters: z.strictObject({ Username: z.string(), Password: z.string() }).optional(),
    ApiKeyAuthParameters: z.strictObject({ ApiKeyName: z.string(), ApiKeyValue: z.string() }).optional(),
    OAuthParameters: z
      .strictObject({
        AuthorizationEndpoint: z.string(),
        ClientParameters: z.strictObject({ ClientID: z.string(), ClientSecret: z.string() }),
        HttpMethod: z.enum(['GET', 'POST', 'PUT']),
        OAuthHttpParameters: httpParameters.optional(),
      })
      .optional(),
    InvocationHttpParameters: httpParameters.optional(),
  }),
  KmsKeyIdentifier: z.string().optional(),
});

/** The credentials of calls to an endpoint outside of AWS. */
export const eventsConnection = resourceType({
  type: 'AWS::Events::Connection',
  properties,
  inert: ['KmsKeyIdentifier'],
  async create({ Name, KmsKeyIdentifier: _, ...connection }, context) {
    const name = Name ?? context.physicalName(64);
    const call = (operation: string, input: object) =>
      context.cloud.call({ service: 'events', operation, input: { ...input, Name: name }, principal: OPERATOR });
    const { ConnectionArn } = await call('CreateConnection', connection);
    const { SecretArn } = await call('DescribeConnection', {});
    return {
      ref: name,
      attributes: {
        Arn: ConnectionArn,
        ArnForPolicy: context.cloud.arn('events', `connection/${name}`),
        SecretArn,
      },
    };
  },
  async change({ Name: _, KmsKeyIdentifier: __, ...connection }, { cloud }, { created }) {
    const input = { ...connection, Name: created.ref };
    await cloud.call({ service: 'events', operation: 'UpdateConnection', input, principal: OPERATOR });
    return created;
  },
});
