import { z } from 'zod';
import { AwsError } from '../../../cloud/aws-error.ts';
import type { EventSourceKind, EventSourceMapping } from '../../../invoke/event-source-mapping/event-source-mapping.ts';
import type { StartingPosition } from '../../../invoke/event-source-mapping/stream/shard-position.ts';
import type { ResolvedFunction } from '../function-store.ts';
import type { LambdaOperation, LambdaParts } from '../lambda-parts.ts';
import {
  applyMappingSettings,
  defaultMappingSettings,
  describeMapping,
  MAPPING_SETTINGS,
} from '../mapping-settings.ts';
import { checkSource, mappedFunction, sourceKind } from '../mapping-source.ts';
import { parseInput } from '../parse-input.ts';

const INPUT = MAPPING_SETTINGS.extend({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).optional(),
  StartingPositionTimestamp: z.number().optional(),
});

type Input = z.infer<typeof INPUT>;

/** Resolves when the starting position is fixed; the answer still says `Creating`, as on AWS. */
export const createEventSourceMapping: LambdaOperation = lambda => async input => {
  const { cloud, mappings } = lambda;
  const request = parseInput(INPUT, input);
  const arn = request.EventSourceArn;
  const kind = sourceKind(arn);
  const target = mappedFunction(lambda, request.FunctionName);
  const settings = applyMappingSettings(defaultMappingSettings(kind), request, { kind, arn });
  refuseDuplicate(lambda, { kind, arn, target });
  const principal = mappings.principalOf({ functionName: target.record.name });
  await checkSource(cloud, { kind, arn, principal, functionTimeoutSeconds: target.version.settings.Timeout });
  const uuid = cloud.ids.uuid();
  const mapping: EventSourceMapping = {
    uuid,
    arn: cloud.arn('lambda', `event-source-mapping:${uuid}`),
    kind,
    eventSourceArn: arn,
    functionName: target.record.name,
    functionArn: target.invokedArn,
    startingPosition: startingPosition(kind, request),
    settings,
    state: settings.enabled ? 'Creating' : 'Disabled',
    lastProcessingResult: 'No records processed',
    lastModifiedMs: cloud.clock.now(),
    checkpoints: mappings.newCheckpoints(uuid),
  };
  await mappings.add(mapping);
  return describeMapping(mapping);
};

function startingPosition(kind: EventSourceKind, request: Input): StartingPosition | undefined {
  if (kind === 'sqs') return undefined;
  const { StartingPosition: type, StartingPositionTimestamp: timestamp } = request;
  if (type === undefined) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (type !== 'AT_TIMESTAMP') return { type };
  if (kind === 'dynamodb' || timestamp === undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      kind === 'dynamodb'
        ? `Unsupported starting position for arn type: ${request.EventSourceArn}`
        : 'Starting position timestamp is required for AT_TIMESTAMP.',
    );
  }
  return { type, timestampMs: timestamp * 1000 };
}

function refuseDuplicate(
  lambda: LambdaParts,
  { kind, arn, target }: { kind: EventSourceKind; arn: string; target: ResolvedFunction },
): void {
  const functionArn = target.invokedArn;
  const existing = [...lambda.mappings.all].find(m => m.eventSourceArn === arn && m.functionArn === functionArn);
  if (!existing) return;
  const { name } = target.record;
  throw new AwsError(
    'ResourceConflictException',
    kind === 'sqs'
      ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${existing.uuid}`
      : `The event source arn (" ${arn} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${existing.uuid}`,
    { status: 409, fields: { Type: 'User' } },
  );
}
