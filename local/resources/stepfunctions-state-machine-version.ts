import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  StateMachineArn: z.string(),
  StateMachineRevisionId: z.string().optional(),
  Description: z.string().optional(),
});

export const stepfunctionsStateMachineVersion = resourceType({
  type: 'AWS::StepFunctions::StateMachineVersion',
  properties,
  async create({ StateMachineArn, StateMachineRevisionId, Description }, { cloud }) {
    const { stateMachineVersionArn } = await cloud.call<{ stateMachineVersionArn: string }>({
      service: 'states',
      operation: 'PublishStateMachineVersion',
      input: {
        stateMachineArn: StateMachineArn,
        ...(StateMachineRevisionId === undefined ? {} : { revisionId: StateMachineRevisionId }),
        ...(Description === undefined ? {} : { description: Description }),
      },
      principal: OPERATOR,
    });
    return { ref: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } };
  },
});
