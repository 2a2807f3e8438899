import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

export const cloudwatchDashboard = resourceType({
  type: 'AWS::CloudWatch::Dashboard',
  properties: z.strictObject({
    DashboardName: z.string().optional(),
    DashboardBody: z.string(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: ['Tags'],
  change: 'put',
  async create({ DashboardName, DashboardBody }, context) {
    const name = DashboardName ?? context.physicalName();
    const input = { DashboardName: name, DashboardBody };
    await context.cloud.call({ service: 'monitoring', operation: 'PutDashboard', input, principal: OPERATOR });
    return { ref: name };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'monitoring',
      operation: 'DeleteDashboards',
      input: { DashboardNames: [created.ref] },
      principal: OPERATOR,
    }),
});
