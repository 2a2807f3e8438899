import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  CodeSha256: z.string().optional(),
  Description: z.string().optional(),
  FunctionName: z.string(),
});

/** Freezes the function as it is. */
export const lambdaVersion = resourceType({
  type: 'AWS::Lambda::Version',
  properties,
  inert: ['CodeSha256'],
  async create({ Description, FunctionName }, { cloud }) {
    const { FunctionArn, Version } = await cloud.call<{ FunctionArn: string; Version: string }>({
      service: 'lambda',
      operation: 'PublishVersion',
      input: { FunctionName, ...(Description === undefined ? {} : { Description }) },
      principal: OPERATOR,
    });
    return { ref: FunctionArn, attributes: { FunctionArn, Version } };
  },
});
