/** What the API answers when a mapping is made: defaults and refusals. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Fact, refusalOf } from './fact.ts';
import { FUNCTION, type MappingLab, type Source } from './mapping-lab.ts';

const FUNCTION_ARN = `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION}`;

function create(lab: MappingLab, EventSourceArn: string, settings: JsonObject = {}): Promise<JsonObject> {
  return lab.call('lambda', 'CreateEventSourceMapping', { EventSourceArn, FunctionName: FUNCTION, ...settings });
}

const LATEST = { StartingPosition: 'LATEST' };

const streamDefaults = (['kinesis', 'dynamodb'] as const).map(
  (source: Source): Fact => ({
    id: `${source}-mapping-defaults`,
    expected: {
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: '<stream>',
      EventSourceMappingArn: '<mapping>',
      FunctionArn: FUNCTION_ARN,
      FunctionResponseTypes: [],
      LastModified: '<time>',
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'LATEST',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
      UUID: '<uuid>',
    },
    async observe(lab) {
      const streamArn = await lab.createStream(source);
      await lab.createFunction('return null;');
      return create(lab, streamArn, LATEST);
    },
  }),
);

const WINDOW_RULE = 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';

function invalid(message: string): JsonObject {
  return { code: 'InvalidParameterValueException', status: 400, message };
}

const badFilters = ['null', 'plain string', '"quoted"', '[{"eventName": ["INSERT"=123}]'].map(
  (Pattern): Fact => ({
    id: `refuses-filter-${Pattern}`,
    expected: invalid('Invalid filter pattern definition.'),
    async observe(lab) {
      const queueArn = await lab.createQueue('orders');
      await lab.createFunction('return null;');
      return refusalOf(create(lab, queueArn, { FilterCriteria: { Filters: [{ Pattern }] } }));
    },
  }),
);

/** Recorded up to the id of the mapping that is there. */
async function secondMapping(lab: MappingLab, sourceArn: string, settings: JsonObject = {}): Promise<JsonObject> {
  await lab.createFunction('return null;');
  await create(lab, sourceArn, settings);
  const { message, ...refusal } = await refusalOf(create(lab, sourceArn, settings));
  return { ...refusal, message: String(message).replace(/[0-9a-f]{8}-[0-9a-f-]{27}$/, 'UUID') };
}

function conflict(start: string): JsonObject {
  const rest = 'Please update or delete the existing mapping with UUID UUID';
  return { code: 'ResourceConflictException', status: 409, message: `${start} already exists. ${rest}` };
}

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:orders';

export const mappingAnswers: readonly Fact[] = [
  ...streamDefaults,
  {
    id: 'sqs-mapping-defaults',
    expected: {
      BatchSize: 10,
      EventSourceArn: QUEUE_ARN,
      EventSourceMappingArn: '<mapping>',
      FunctionArn: FUNCTION_ARN,
      FunctionResponseTypes: [],
      LastModified: '<time>',
      MaximumBatchingWindowInSeconds: 0,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      UUID: '<uuid>',
    },
    async observe(lab) {
      const queueArn = await lab.createQueue('orders');
      await lab.createFunction('return null;');
      return create(lab, queueArn);
    },
  },
  ...badFilters,
  {
    id: 'kinesis-mapping-made-twice',
    expected: conflict(`The event source arn (" ${STREAM_ARN} ") and function (" ${FUNCTION} ") provided mapping`),
    observe: async lab => secondMapping(lab, await lab.createStream('kinesis'), LATEST),
  },
  {
    id: 'sqs-mapping-made-twice',
    expected: conflict(`An event source mapping with SQS arn (" ${QUEUE_ARN} ") and function (" ${FUNCTION} ")`),
    observe: async lab => secondMapping(lab, await lab.createQueue('orders')),
  },
  {
    id: 'missing-stream',
    expected: invalid(`Stream not found: ${STREAM_ARN}`),
    async observe(lab) {
      await lab.createFunction('return null;');
      return refusalOf(create(lab, STREAM_ARN, LATEST));
    },
  },
  {
    id: 'missing-queue',
    expected: invalid(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. ' +
        'SQS Error Message: The specified queue does not exist.',
    ),
    async observe(lab) {
      await lab.createFunction('return null;');
      return refusalOf(create(lab, QUEUE_ARN));
    },
  },
  {
    id: 'sqs-large-batch-needs-a-window',
    expected: [invalid(WINDOW_RULE), invalid(WINDOW_RULE)],
    async observe(lab) {
      const queueArn = await lab.createQueue('orders');
      await lab.createFunction('return null;');
      const large = { BatchSize: 15, MaximumBatchingWindowInSeconds: 0 };
      const created = await refusalOf(create(lab, queueArn, large));
      const UUID = await lab.map(queueArn, {});
      return [created, await refusalOf(lab.call('lambda', 'UpdateEventSourceMapping', { UUID, ...large }))];
    },
  },
];
