import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ArchiveName: z.string().optional(),
  Description: z.string().optional(),
  EventPattern: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  KmsKeyIdentifier: z.string().optional(),
  RetentionDays: z.coerce.number().int().optional(),
  SourceArn: z.string(),
});

export const eventsArchive = resourceType({
  type: 'AWS::Events::Archive',
  properties,
  inert: ['KmsKeyIdentifier'],
  async create({ ArchiveName, Description, EventPattern, RetentionDays, SourceArn }, context) {
    const name = ArchiveName ?? context.physicalName(48);
    const pattern = typeof EventPattern === 'object' ? JSON.stringify(EventPattern) : EventPattern;
    const { ArchiveArn } = await context.cloud.call({
      service: 'events',
      operation: 'CreateArchive',
      input: { ArchiveName: name, Description, EventPattern: pattern, RetentionDays, EventSourceArn: SourceArn },
      principal: OPERATOR,
    });
    return { ref: name, attributes: { Arn: ArchiveArn, ArchiveName: name } };
  },
});
