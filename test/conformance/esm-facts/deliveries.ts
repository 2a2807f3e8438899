/** What arrives elsewhere: at the other on-failure destinations, from asynchronous invocations, at targets of rules. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Fact, jsonOf, timeForm } from './fact.ts';
import { FUNCTION, type MappingLab } from './mapping-lab.ts';
import { recordsOf } from './stream-failures.ts';

const THROW = "throw new Error('refused');";
const LONG_MS = 30 * 60_000;
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION}`;

/** One record of a stream whose function always throws, with a destination for it. */
async function failOnce(lab: MappingLab, Destination: string): Promise<void> {
  const streamArn = await lab.createStream('kinesis');
  await lab.createFunction(THROW);
  await lab.put('kinesis', 1);
  const onFailure = { DestinationConfig: { OnFailure: { Destination } } };
  await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 1, ...onFailure });
  await lab.advance(LONG_MS);
}

const DOCUMENT_MEMBERS = ['requestContext', 'responseContext', 'version', 'timestamp', 'KinesisBatchInfo'];

async function subscribedQueue(lab: MappingLab): Promise<string> {
  const Endpoint = await lab.createQueue('failures');
  const { TopicArn } = await lab.call('sns', 'CreateTopic', { Name: 'failed' });
  await lab.call('sns', 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint });
  return String(TopicArn);
}

interface AsyncRun {
  readonly body: string;
  readonly settings: JsonObject;
}

/** One asynchronous invocation with what is configured for its end. */
async function invokeAsync(lab: MappingLab, { body, settings }: AsyncRun): Promise<void> {
  await lab.createFunction(body);
  await lab.call('lambda', 'PutFunctionEventInvokeConfig', { FunctionName: FUNCTION, ...settings });
  const input = { FunctionName: FUNCTION, InvocationType: 'Event', Payload: '{"ask":1}' };
  await lab.call('lambda', 'Invoke', input);
  await lab.advance(LONG_MS);
}

async function documentsIn(lab: MappingLab, queue: string): Promise<JsonObject[]> {
  return (await lab.take(queue)).map(({ Body }) => jsonOf(Body));
}

interface AsyncEnd {
  readonly condition: string;
  readonly count: number;
  readonly functionError?: string;
  readonly responsePayload: unknown;
}

function asyncDocument({ condition, count, functionError, responsePayload }: AsyncEnd): JsonObject {
  return {
    version: '1.0',
    timestamp: '<time>',
    requestContext: {
      requestId: '<uuid>',
      functionArn: `${FUNCTION_ARN}:$LATEST`,
      condition,
      approximateInvokeCount: count,
    },
    requestPayload: { ask: 1 },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(functionError === undefined ? {} : { functionError }),
    },
    responsePayload,
  };
}

const exhaustedAfter = (count: number) =>
  asyncDocument({ condition: 'RetriesExhausted', count, functionError: 'Unhandled', responsePayload: '<error>' });

async function failuresAfter(lab: MappingLab, settings: JsonObject): Promise<JsonObject[]> {
  const Destination = await lab.createQueue('failures');
  await invokeAsync(lab, { body: THROW, settings: { DestinationConfig: { OnFailure: { Destination } }, ...settings } });
  return documentsIn(lab, 'failures');
}

const ENVELOPE = {
  version: '0',
  id: '<uuid>',
  'detail-type': 'order placed',
  source: 'shop',
  account: '000000000000',
  time: '<time>',
  region: 'us-east-1',
  resources: [],
  detail: { order: 1 },
};

/** One event to one target. */
async function route(lab: MappingLab, target: JsonObject): Promise<void> {
  await lab.call('events', 'PutRule', { Name: 'orders', EventPattern: '{"source":["shop"]}' });
  await lab.call('events', 'PutTargets', { Rule: 'orders', Targets: [{ Id: 'only', ...target }] });
  const entry = { Source: 'shop', DetailType: 'order placed', Detail: '{"order":1}' };
  await lab.call('events', 'PutEvents', { Entries: [entry] });
  await lab.advance(10_000);
}

export const deliveries: readonly Fact[] = [
  {
    id: 'sns-on-failure-document',
    expected: DOCUMENT_MEMBERS,
    async observe(lab) {
      await failOnce(lab, await subscribedQueue(lab));
      const [notification = {}] = await documentsIn(lab, 'failures');
      return Object.keys(jsonOf(notification.Message));
    },
  },
  {
    id: 's3-on-failure-document-has-the-records',
    expected: { members: [...DOCUMENT_MEMBERS, 'payload'], payloadIsTheEvent: true },
    async observe(lab) {
      await lab.call('s3', 'CreateBucket', { Bucket: 'failures' });
      await failOnce(lab, 'arn:aws:s3:::failures');
      const { Contents } = await lab.call('s3', 'ListObjectsV2', { Bucket: 'failures' });
      const [object] = Contents as JsonObject[]; // as the API says
      const { Body } = await lab.call('s3', 'GetObject', { Bucket: 'failures', Key: object?.Key });
      const document = jsonOf(Buffer.from(String(Body), 'base64'));
      return {
        members: Object.keys(document),
        payloadIsTheEvent: JSON.stringify(document.payload) === JSON.stringify(lab.events[0]),
      };
    },
  },
  {
    id: 'async-success-destination',
    expected: [asyncDocument({ condition: 'Success', count: 1, responsePayload: { answer: 2 } })],
    async observe(lab) {
      const Destination = await lab.createQueue('successes');
      const settings = { DestinationConfig: { OnSuccess: { Destination } } };
      await invokeAsync(lab, { body: 'return { answer: 2 };', settings });
      return documentsIn(lab, 'successes');
    },
  },
  {
    id: 'async-failure-destination-after-two-retries',
    expected: [exhaustedAfter(3)],
    observe: lab => failuresAfter(lab, {}),
  },
  {
    id: 'async-failure-destination-without-retries',
    expected: [exhaustedAfter(1)],
    observe: lab => failuresAfter(lab, { MaximumRetryAttempts: 0 }),
  },
  {
    id: 'async-event-bus-destination',
    expected: [
      {
        ...ENVELOPE,
        'detail-type': 'Lambda Function Invocation Result - Success',
        source: 'lambda',
        resources: '<function and bus>',
        detail: asyncDocument({ condition: 'Success', count: 1, responsePayload: null }),
      },
    ],
    async observe(lab) {
      const Arn = await lab.createQueue('results');
      await lab.call('events', 'PutRule', { Name: 'results', EventPattern: '{"source":["lambda"]}' });
      await lab.call('events', 'PutTargets', { Rule: 'results', Targets: [{ Id: 'only', Arn }] });
      const Destination = lab.arn('events', 'event-bus/default');
      const settings = { DestinationConfig: { OnSuccess: { Destination } } };
      await invokeAsync(lab, { body: 'return null;', settings });
      return documentsIn(lab, 'results');
    },
  },
  {
    id: 'async-dead-letter-queue',
    expected: [
      {
        body: '{"ask":1}',
        attributes: {
          RequestID: { DataType: 'String', StringValue: '<uuid>' },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: 'refused' },
        },
      },
    ],
    async observe(lab) {
      const TargetArn = await lab.createQueue('dead');
      await lab.createFunction(THROW, { DeadLetterConfig: { TargetArn } });
      const input = { FunctionName: FUNCTION, InvocationType: 'Event', Payload: '{"ask":1}' };
      await lab.call('lambda', 'Invoke', input);
      await lab.advance(LONG_MS);
      const messages = await lab.take('dead');
      return messages.map(({ Body, MessageAttributes }) => ({ body: Body, attributes: MessageAttributes }));
    },
  },
  {
    id: 'rule-target-queue-gets-the-envelope',
    expected: { messages: [ENVELOPE], time: 'without milliseconds' },
    async observe(lab) {
      await route(lab, { Arn: await lab.createQueue('orders') });
      const messages = await documentsIn(lab, 'orders');
      return { messages, time: timeForm(messages[0]?.time) };
    },
  },
  {
    id: 'rule-target-input-path',
    expected: [{ order: 1 }],
    async observe(lab) {
      await route(lab, { Arn: await lab.createQueue('orders'), InputPath: '$.detail' });
      return documentsIn(lab, 'orders');
    },
  },
  {
    id: 'rule-target-stream-gets-the-envelope',
    expected: [ENVELOPE],
    async observe(lab) {
      const streamArn = await lab.createStream('kinesis');
      await lab.createFunction('return null;');
      await route(lab, { Arn: streamArn, RoleArn: 'arn:aws:iam::000000000000:role/rule' });
      await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON' });
      await lab.advance(10_000);
      const records = lab.events.flatMap(recordsOf);
      return records.map(({ kinesis }) => jsonOf(Buffer.from(String((kinesis as JsonObject).data), 'base64')));
    },
  },
];
