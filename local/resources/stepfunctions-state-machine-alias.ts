import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const properties = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    RoutingConfiguration: z
      .array(z.strictObject({ StateMachineVersionArn: z.string(), Weight: number }))
      .min(1)
      .optional(),
    DeploymentPreference: z
      .strictObject({
        StateMachineVersionArn: z.string(),
        Type: z.enum(['LINEAR', 'ALL_AT_ONCE', 'CANARY']),
        Percentage: number.optional(),
        Interval: number.optional(),
        Alarms: z.array(z.string()).optional(),
      })
      .optional(),
  })
  .refine(({ RoutingConfiguration, DeploymentPreference }) => !RoutingConfiguration !== !DeploymentPreference, {
    message: 'Exactly one of RoutingConfiguration and DeploymentPreference is required',
  });

/** A new alias leads to its version at once: there is nothing to shift traffic from, however gradually. */
export const stepfunctionsStateMachineAlias = resourceType({
  type: 'AWS::StepFunctions::StateMachineAlias',
  properties,
  inert: [
    'DeploymentPreference.Type',
    'DeploymentPreference.Percentage',
    'DeploymentPreference.Interval',
    'DeploymentPreference.Alarms',
  ],
  async create({ Name, Description, RoutingConfiguration, DeploymentPreference }, context) {
    const routes = RoutingConfiguration ?? [
      { StateMachineVersionArn: DeploymentPreference?.StateMachineVersionArn, Weight: 100 },
    ];
    const { stateMachineAliasArn } = await context.cloud.call<{ stateMachineAliasArn: string }>({
      service: 'states',
      operation: 'CreateStateMachineAlias',
      input: {
        name: Name ?? context.physicalName(80),
        ...(Description === undefined ? {} : { description: Description }),
        routingConfiguration: routes.map(({ StateMachineVersionArn, Weight }) => ({
          stateMachineVersionArn: StateMachineVersionArn,
          weight: Weight,
        })),
      },
      principal: OPERATOR,
    });
    return { ref: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
  },
});
