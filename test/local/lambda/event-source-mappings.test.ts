import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { dynamodbServices } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { lambdaFixture } from './lambda-fixture.ts';

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';

const fixtures: ReturnType<typeof lambdaFixture>[] = [];

async function fixture() {
  const made = lambdaFixture();
  fixtures.push(made);
  made.cloud.register(kinesisService(made.cloud));
  made.cloud.register(sqsService(made.cloud));
  await made.call('CreateStream', { StreamName: 'events', ShardCount: 2 }, 'kinesis');
  await made.call('CreateQueue', { QueueName: 'orders' }, 'sqs');
  await made.clock.advance(60_000);
  await made.create('f', 'export const handler = async e => console.log(JSON.stringify(e.Records.length));');
  return made;
}

afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(({ cloud }) => cloud.close()));
});

describe('CreateEventSourceMapping', () => {
  it('answers the defaults of AWS for streams', async () => {
    const { clock, call } = await fixture();
    const made = await call('CreateEventSourceMapping', {
      EventSourceArn: STREAM_ARN,
      FunctionName: 'f',
      StartingPosition: 'TRIM_HORIZON',
    });
    expect(made).toEqual({
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: STREAM_ARN,
      EventSourceMappingArn: `arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:${made.UUID}`,
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      FunctionResponseTypes: [],
      LastModified: clock.now() / 1000,
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
      UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await clock.advance(0);
    expect(await call('GetEventSourceMapping', { UUID: made.UUID })).toMatchObject({ State: 'Enabled' });
  });

  it('answers the defaults of AWS for queues', async () => {
    const { call } = await fixture();
    const made = await call('CreateEventSourceMapping', { EventSourceArn: QUEUE_ARN, FunctionName: 'f' });
    expect(Object.keys(made).sort()).toEqual([
      'BatchSize',
      'EventSourceArn',
      'EventSourceMappingArn',
      'FunctionArn',
      'FunctionResponseTypes',
      'LastModified',
      'MaximumBatchingWindowInSeconds',
      'State',
      'StateTransitionReason',
      'UUID',
    ]);
    expect(made).toMatchObject({ BatchSize: 10, State: 'Creating', StateTransitionReason: 'USER_INITIATED' });
  });

  const invalid = (message: string) => ({ code: 'InvalidParameterValueException', message });
  const stream = { EventSourceArn: STREAM_ARN, FunctionName: 'f', StartingPosition: 'LATEST' };
  const queue = { EventSourceArn: QUEUE_ARN, FunctionName: 'f' };

  const refusals: readonly (readonly [string, JsonObject, { code: string; message?: string }])[] = [
    [
      'a stream that is not there',
      { ...stream, EventSourceArn: `${STREAM_ARN}x` },
      invalid(`Stream not found: ${STREAM_ARN}x`),
    ],
    [
      'a queue that is not there',
      { ...queue, EventSourceArn: `${QUEUE_ARN}x` },
      invalid(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      ),
    ],
    ['a function that is not there', { ...queue, FunctionName: 'g' }, invalid('Function does not exist')],
    [
      'a batch above ten without window',
      { ...queue, BatchSize: 11 },
      invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10'),
    ],
    ...['null', 'plain string', '[{"eventName": ["INSERT"=123}]', '"quoted"'].map(
      Pattern =>
        [
          `the filter ${Pattern}`,
          { ...queue, FilterCriteria: { Filters: [{ Pattern }] } },
          invalid('Invalid filter pattern definition.'),
        ] as const,
    ),
    ['a stream without starting position', { ...stream, StartingPosition: undefined }, { code: 'ValidationException' }],
  ];

  it.each(refusals)('refuses %s', async (_, input, error) => {
    const { call } = await fixture();
    await expect(call('CreateEventSourceMapping', input)).rejects.toMatchObject(error);
  });

  it('refuses a queue whose visibility timeout is shorter than the function may run', async () => {
    const { call, create } = await fixture();
    await create('slow', 'export const handler = async () => 1;', { Timeout: 60 });
    await expect(call('CreateEventSourceMapping', { ...queue, FunctionName: 'slow' })).rejects.toMatchObject(
      invalid('Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds'),
    );
  });

  it('refuses a second mapping of the same source to the same function', async () => {
    const { call } = await fixture();
    const first = await call('CreateEventSourceMapping', stream);
    await expect(call('CreateEventSourceMapping', stream)).rejects.toMatchObject({
      code: 'ResourceConflictException',
      status: 409,
      message: `The event source arn (" ${STREAM_ARN} ") and function (" f ") provided mapping already exists. Please update or delete the existing mapping with UUID ${first.UUID}`,
    });
    const second = await call('CreateEventSourceMapping', queue);
    await expect(call('CreateEventSourceMapping', queue)).rejects.toMatchObject({
      message: `An event source mapping with SQS arn (" ${QUEUE_ARN} ") and function (" f ") already exists. Please update or delete the existing mapping with UUID ${second.UUID}`,
    });
  });
});

describe('An event source mapping', () => {
  const put = (PartitionKey: string) => ({ PartitionKey, Data: Buffer.from('{}').toString('base64') });
  const counted = (lines: readonly string[]) =>
    lines
      .filter(line => line.includes('\tINFO\t'))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf('\t') + 1)), 0);

  it('carries a stream to the function, stops when disabled and goes on when enabled', async () => {
    const { clock, call, lines } = await fixture();
    const { UUID } = await call('CreateEventSourceMapping', {
      EventSourceArn: STREAM_ARN,
      FunctionName: 'f',
      StartingPosition: 'LATEST',
    });
    const send = (count: number) =>
      call(
        'PutRecords',
        { StreamName: 'events', Records: Array.from({ length: count }, (_, i) => put(`k${i}`)) },
        'kinesis',
      );
    await send(20);
    await clock.advance(1_000);
    expect(counted(lines)).toBe(20);
    expect(await call('UpdateEventSourceMapping', { UUID, Enabled: false })).toMatchObject({ State: 'Disabling' });
    await clock.advance(1_000);
    await send(5);
    await clock.advance(5_000);
    expect(counted(lines)).toBe(20);
    expect(await call('UpdateEventSourceMapping', { UUID, Enabled: true })).toMatchObject({ State: 'Enabling' });
    await clock.advance(5_000);
    expect(counted(lines)).toBe(25);
    await call('DeleteEventSourceMapping', { UUID });
    await send(5);
    await clock.advance(5_000);
    expect(counted(lines)).toBe(25);
    await expect(call('GetEventSourceMapping', { UUID })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('carries a stream over a split', async () => {
    const { clock, call, lines } = await fixture();
    await call('CreateEventSourceMapping', {
      EventSourceArn: STREAM_ARN,
      FunctionName: 'f',
      StartingPosition: 'TRIM_HORIZON',
    });
    const Records = Array.from({ length: 50 }, (_, i) => put(`k${i}`));
    await call('PutRecords', { StreamName: 'events', Records }, 'kinesis');
    await call(
      'UpdateShardCount',
      { StreamName: 'events', TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' },
      'kinesis',
    );
    await clock.advance(60_000);
    await call('PutRecords', { StreamName: 'events', Records }, 'kinesis');
    await clock.advance(60_000);
    expect(counted(lines)).toBe(100);
  });

  it('carries a queue to the function and empties it', async () => {
    const { clock, call, lines } = await fixture();
    await call('CreateEventSourceMapping', { EventSourceArn: QUEUE_ARN, FunctionName: 'f' });
    const QueueUrl = 'http://127.0.0.1:0/000000000000/orders';
    for (let i = 0; i < 12; i++) await call('SendMessage', { QueueUrl, MessageBody: `m${i}` }, 'sqs');
    await clock.advance(100);
    expect(counted(lines)).toBe(12);
    const { Attributes } = await call<{ Attributes: Record<string, string> }>(
      'GetQueueAttributes',
      { QueueUrl, AttributeNames: ['All'] },
      'sqs',
    );
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('calls another version of the function when it is told to', async () => {
    const { clock, call, create, lines } = await fixture();
    await create('v', 'export const handler = async (_, { functionVersion }) => console.log("ran", functionVersion);');
    const publish = async () => (await call('PublishVersion', { FunctionName: 'v' })).FunctionArn;
    const { UUID } = await call('CreateEventSourceMapping', {
      EventSourceArn: QUEUE_ARN,
      FunctionName: await publish(),
    });
    const send = async () => {
      const QueueUrl = 'http://127.0.0.1:0/000000000000/orders';
      await call('SendMessage', { QueueUrl, MessageBody: 'm' }, 'sqs');
      await clock.advance(30_000);
    };
    await send();
    await call('UpdateFunctionConfiguration', { FunctionName: 'v', Description: 'second' });
    const second = await publish();
    expect(await call('UpdateEventSourceMapping', { UUID, FunctionName: second })).toMatchObject({
      FunctionArn: second,
      State: 'Updating',
    });
    await send();
    expect(lines.flatMap(line => /ran \d+/.exec(line) ?? [])).toEqual(['ran 1', 'ran 2']);
    await expect(call('UpdateEventSourceMapping', { UUID, FunctionName: 'nobody' })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'Function does not exist',
    });
  });

  it('carries the stream of a table to the function, in the shape of AWS', async () => {
    const { clock, cloud, call, create, lines } = await fixture();
    for (const service of dynamodbServices(cloud)) cloud.register(service);
    const table = {
      TableName: 'trips',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    };
    const { TableDescription } = await call<{ TableDescription: { LatestStreamArn: string } }>(
      'CreateTable',
      table,
      'dynamodb',
    );
    const eventSourceARN = TableDescription.LatestStreamArn;
    await create('d', 'export const handler = async e => process.stdout.write(JSON.stringify(e).concat(`\\n`));');
    await call('CreateEventSourceMapping', {
      EventSourceArn: eventSourceARN,
      FunctionName: 'd',
      StartingPosition: 'LATEST',
    });
    await call('PutItem', { TableName: 'trips', Item: { id: { S: 'hello' }, blob: { B: 'Zm9vYmFy' } } }, 'dynamodb');
    await clock.advance(1_000);
    const event = JSON.parse(lines.find(line => line.startsWith('{')) ?? 'null');
    expect(event).toEqual({
      Records: [
        {
          eventID: expect.any(String),
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'eu-west-1',
          dynamodb: {
            ApproximateCreationDateTime: expect.any(Number),
            Keys: { id: { S: 'hello' } },
            NewImage: { id: { S: 'hello' }, blob: { B: 'Zm9vYmFy' } },
            SequenceNumber: expect.stringMatching(/^\d+$/),
            SizeBytes: 24,
            StreamViewType: 'NEW_IMAGE',
          },
          eventSourceARN,
        },
      ],
    });
  });
});
