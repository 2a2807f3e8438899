import { z } from 'zod';
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type {
  EventSourceKind,
  EventSourceMapping,
  MappingSettings,
} from '../../invoke/event-source-mapping/event-source-mapping.ts';
import { recordFilter } from '../../invoke/event-source-mapping/record-filter.ts';

/** The settings as Create and UpdateEventSourceMapping take them. */
export const MAPPING_SETTINGS = z.object({
  Enabled: z.boolean().optional(),
  BatchSize: z.number().int().min(1).max(10_000).optional(),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  FilterCriteria: z
    .object({
      Filters: z
        .array(z.object({ Pattern: z.string().optional() }))
        .max(10)
        .optional(),
    })
    .optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).optional(),
  ParallelizationFactor: z.number().int().min(1).max(10).optional(),
  BisectBatchOnFunctionError: z.boolean().optional(),
  MaximumRetryAttempts: z.number().int().min(-1).max(10_000).optional(),
  MaximumRecordAgeInSeconds: z.union([z.literal(-1), z.number().int().min(60).max(604_800)]).optional(),
  TumblingWindowInSeconds: z.number().int().min(0).max(900).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string().optional() }).optional() }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() }).optional(),
});

export type MappingInput = z.infer<typeof MAPPING_SETTINGS>;

const DEFAULTS: MappingSettings = {
  enabled: true,
  batchSize: 100,
  batchingWindowMs: 0,
  filterPatterns: [],
  reportBatchItemFailures: false,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeMs: -1,
  tumblingWindowMs: 0,
};

const MOST_MESSAGES_WITHOUT_WINDOW = 10;

export function defaultMappingSettings(kind: EventSourceKind): MappingSettings {
  return kind === 'sqs' ? { ...DEFAULTS, batchSize: 10 } : DEFAULTS;
}

/** The settings after a request has changed some of them. @throws AwsError InvalidParameterValueException */
export function applyMappingSettings(
  current: MappingSettings,
  input: MappingInput,
  source: { readonly kind: EventSourceKind; readonly arn: string },
): MappingSettings {
  const patterns = input.FilterCriteria?.Filters?.map(({ Pattern }) => Pattern ?? '');
  if (patterns) checkFilters(patterns);
  const settings: MappingSettings = {
    enabled: input.Enabled ?? current.enabled,
    batchSize: input.BatchSize ?? current.batchSize,
    batchingWindowMs: secondsOr(input.MaximumBatchingWindowInSeconds, current.batchingWindowMs),
    filterPatterns: patterns ?? current.filterPatterns,
    reportBatchItemFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.length > 0
      : current.reportBatchItemFailures,
    parallelizationFactor: input.ParallelizationFactor ?? current.parallelizationFactor,
    bisectBatchOnFunctionError: input.BisectBatchOnFunctionError ?? current.bisectBatchOnFunctionError,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? current.maximumRetryAttempts,
    maximumRecordAgeMs: secondsOr(input.MaximumRecordAgeInSeconds, current.maximumRecordAgeMs),
    tumblingWindowMs: secondsOr(input.TumblingWindowInSeconds, current.tumblingWindowMs),
    onFailureArn: input.DestinationConfig ? input.DestinationConfig.OnFailure?.Destination : current.onFailureArn,
    maximumConcurrency: input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
  };
  if (source.kind === 'sqs') checkQueueBatch(settings, source.arn);
  return settings;
}

function secondsOr(seconds: number | undefined, currentMs: number): number {
  if (seconds === undefined) return currentMs;
  return seconds < 0 ? -1 : seconds * 1000;
}

function checkFilters(patterns: readonly string[]): void {
  try {
    recordFilter(patterns);
  } catch (cause) {
    throw invalid('Invalid filter pattern definition.', cause);
  }
}

function checkQueueBatch({ batchSize, batchingWindowMs }: MappingSettings, queueArn: string): void {
  if (queueArn.endsWith('.fifo')) {
    if (batchingWindowMs > 0) throw invalid('Batching window is not supported for FIFO queues.');
    if (batchSize > MOST_MESSAGES_WITHOUT_WINDOW) {
      throw invalid(`Maximum batch size for FIFO queues is ${MOST_MESSAGES_WITHOUT_WINDOW}.`);
    }
  }
  if (batchSize > MOST_MESSAGES_WITHOUT_WINDOW && batchingWindowMs === 0) {
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' }, cause });
}

/** A mapping as the operations answer it. */
export function describeMapping(mapping: EventSourceMapping): JsonObject {
  const { settings } = mapping;
  const filters = settings.filterPatterns.map(Pattern => ({ Pattern }));
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.eventSourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.batchingWindowMs / 1000,
    FunctionResponseTypes: settings.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    LastModified: mapping.lastModifiedMs / 1000,
    State: mapping.state,
    ...(filters.length > 0 ? { FilterCriteria: { Filters: filters } } : {}),
    ...(mapping.kind === 'sqs' ? queueMembers(settings) : streamMembers(mapping)),
  };
}

function queueMembers({ maximumConcurrency }: MappingSettings): JsonObject {
  return {
    StateTransitionReason: 'USER_INITIATED',
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
  };
}

function streamMembers({ settings, startingPosition, lastProcessingResult }: EventSourceMapping): JsonObject {
  return {
    StateTransitionReason: 'User action',
    BisectBatchOnFunctionError: settings.bisectBatchOnFunctionError,
    DestinationConfig: { OnFailure: settings.onFailureArn ? { Destination: settings.onFailureArn } : {} },
    LastProcessingResult: lastProcessingResult,
    MaximumRecordAgeInSeconds: settings.maximumRecordAgeMs < 0 ? -1 : settings.maximumRecordAgeMs / 1000,
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    ParallelizationFactor: settings.parallelizationFactor,
    TumblingWindowInSeconds: settings.tumblingWindowMs / 1000,
    ...(startingPosition ? { StartingPosition: startingPosition.type } : {}),
    ...(startingPosition?.type === 'AT_TIMESTAMP'
      ? { StartingPositionTimestamp: startingPosition.timestampMs / 1000 }
      : {}),
  };
}
