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
});
