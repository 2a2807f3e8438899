import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const weight = z.strictObject({ FunctionVersion: z.string(), FunctionWeight: z.coerce.number() });

const properties = z.strictObject({
  Description: z.string().optional(),
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
  RoutingConfig: z.strictObject({ AdditionalVersionWeights: z.array(weight).optional() }).optional(),
});

/** A name for a version, or for several by weight. */
export const lambdaAlias = resourceType({
  type: 'AWS::Lambda::Alias',
  properties,
  async create({ RoutingConfig, ...alias }, { cloud }) {
    const weights = RoutingConfig?.AdditionalVersionWeights ?? [];
    const AdditionalVersionWeights = Object.fromEntries(weights.map(w => [w.FunctionVersion, w.FunctionWeight]));
    const { AliasArn } = await cloud.call<{ AliasArn: string }>({
      service: 'lambda',
      operation: 'CreateAlias',
      input: { ...alias, RoutingConfig: { AdditionalVersionWeights } },
      principal: OPERATOR,
    });
    return { ref: AliasArn, attributes: { AliasArn } };
  },
  remove: ({ properties: { FunctionName, Name } }, { cloud }) =>
    cloud.call({ service: 'lambda', operation: 'DeleteAlias', input: { FunctionName, Name }, principal: OPERATOR }),
});
