import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const number = z.coerce.number();
const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const properties = z.strictObject({
  BatchSize: number.optional(),
  BisectBatchOnFunctionError: boolean.optional(),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().optional() }).optional() })
    .optional(),
  Enabled: boolean.optional(),
  EventSourceArn: z.string(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).optional() }).optional(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.string()).optional(),
  KmsKeyArn: z.string().optional(),
  MaximumBatchingWindowInSeconds: number.optional(),
  MaximumRecordAgeInSeconds: number.optional(),
  MaximumRetryAttempts: number.optional(),
  ParallelizationFactor: number.optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
  StartingPosition: z.string().optional(),
  StartingPositionTimestamp: number.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  TumblingWindowInSeconds: number.optional(),
});

/** Reads a stream or queue for a function from the moment it is made. */
export const lambdaEventSourceMapping = resourceType({
  type: 'AWS::Lambda::EventSourceMapping',
  properties,
  inert: ['KmsKeyArn', 'Tags'],
  async create({ KmsKeyArn: _, Tags: __, ...input }, { cloud }) {
    const { UUID, EventSourceMappingArn } = await cloud.call<{ UUID: string; EventSourceMappingArn: string }>({
      service: 'lambda',
      operation: 'CreateEventSourceMapping',
      input,
      principal: OPERATOR,
    });
    return { ref: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },
  /** Goes on where it is; another source, or another beginning, is another mapping. */
  async change({ KmsKeyArn: _, Tags: __, ...input }, { cloud }, { created, properties: before }) {
    const call = (operation: string, more: object) =>
      cloud.call<{ UUID: string; EventSourceMappingArn: string }>({
        service: 'lambda',
        operation,
        input: { ...input, ...more },
        principal: OPERATOR,
      });
    const isSame = (['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'] as const).every(
      name => before[name] === input[name],
    );
    if (isSame) {
      await call('UpdateEventSourceMapping', { UUID: created.ref });
      return created;
    }
    await call('DeleteEventSourceMapping', { UUID: created.ref });
    const { UUID, EventSourceMappingArn } = await call('CreateEventSourceMapping', {});
    return { ref: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'lambda',
      operation: 'DeleteEventSourceMapping',
      input: { UUID: created.ref },
      principal: OPERATOR,
    }),
});
