import { z } from 'zod';
import { resourceType } from './resource-type.ts';

/** The CDK's note about which constructs were used; nothing is made of it. */
export const cdkMetadata = resourceType({
  type: 'AWS::CDK::Metadata',
  properties: z.strictObject({ Analytics: z.string().optional() }),
  inert: ['Analytics'],
  change: 'put',
  create: (_properties, context) => ({ ref: context.physicalName() }),
});
