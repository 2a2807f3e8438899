/**
 * A whole embedded cloud on a virtual clock, with one of each event source and one function whose every event is kept:
 * the recorded facts are repeated in it.
 */
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { newCloud } from '../wire.ts';

export const FUNCTION = 'consumer';
const ROLE_ARN = 'arn:aws:iam::000000000000:role/consumer';
/** Before each event in the function's log. */
const EVENT_MARK = 'EVENT ';

/** What a mapping reads from. */
export type Source = 'kinesis' | 'dynamodb';

export interface MappingLab {
  /** @throws AwsError what the service refuses */
  call(service: string, operation: string, input: JsonObject): Promise<JsonObject>;
  advance(durationMs: number): Promise<void>;
  arn(service: string, resource: string): string;
  /** The events that the function was given, in order. */
  readonly events: readonly JsonObject[];
  /** @param body of the handler; `event` is the event, `call` counts the invocations from 1 */
  createFunction(body: string, settings?: JsonObject): Promise<void>;
  /** @returns the queue's ARN */
  createQueue(name: string, attributes?: JsonObject): Promise<string>;
  send(queue: string, body: string, members?: JsonObject): Promise<void>;
  /** Takes all visible messages from a queue. */
  take(queue: string): Promise<JsonObject[]>;
  /** Makes the stream, of one shard, or the table with its stream. @returns the stream's ARN */
  createStream(source: Source): Promise<string>;
  /** Adds one record, with the number as its data. */
  put(source: Source, number: number): Promise<void>;
  /** Makes a mapping to the function, and waits until it is enabled. @returns its id */
  map(eventSourceArn: string, settings: JsonObject): Promise<string>;
  close(): Promise<void>;
}

export function openLab(): MappingLab {
  const { cloud, clock } = newCloud();
  registerServices(cloud);
  const events: JsonObject[] = [];
  const keep = cloud.logs;
  cloud.logs = line => {
    const at = line.message.indexOf(EVENT_MARK);
    if (at >= 0) events.push(JSON.parse(line.message.slice(at + EVENT_MARK.length)));
    keep(line);
  };
  const call = (service: string, operation: string, input: JsonObject) =>
    cloud.call<JsonObject>({ service, operation, input, principal: OPERATOR });
  const arn = (service: string, resource: string) => cloud.arn(service, resource);
  const queueUrl = (queue: string) => `${cloud.endpoint}/${cloud.accountId}/${queue}`;

  return {
    call,
    arn,
    events,
    advance: durationMs => clock.advance(durationMs),
    close: () => cloud.close(),
    async createFunction(body, settings = {}) {
      await call('lambda', 'CreateFunction', {
        FunctionName: FUNCTION,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE_ARN,
        Code: { ZipFile: handlerSource(body) },
        ...settings,
      });
    },
    async createQueue(name, attributes = {}) {
      await call('sqs', 'CreateQueue', { QueueName: name, Attributes: attributes });
      return arn('sqs', name);
    },
    async send(queue, body, members = {}) {
      await call('sqs', 'SendMessage', { QueueUrl: queueUrl(queue), MessageBody: body, ...members });
    },
    async take(queue) {
      const taken: JsonObject[] = [];
      for (;;) {
        const names = { AttributeNames: ['All'], MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 };
        const { Messages } = await call('sqs', 'ReceiveMessage', { QueueUrl: queueUrl(queue), ...names });
        if (!Array.isArray(Messages) || Messages.length === 0) return taken;
        taken.push(...Messages);
      }
    },
    async createStream(source) {
      const streamArn = source === 'kinesis' ? await kinesisStream(call, arn) : await tableStream(call);
      await clock.advance(60_000);
      return streamArn;
    },
    async put(source, number) {
      const Data = Buffer.from(JSON.stringify({ number })).toString('base64');
      if (source === 'kinesis') await call('kinesis', 'PutRecord', { StreamName: 'events', PartitionKey: 'key', Data });
      else await call('dynamodb', 'PutItem', { TableName: 'records', Item: { id: { S: `item-${number}` } } });
    },
    async map(EventSourceArn, settings) {
      const mapping = { EventSourceArn, FunctionName: FUNCTION, ...settings };
      const { UUID } = await call('lambda', 'CreateEventSourceMapping', mapping);
      await clock.advance(1_000);
      return String(UUID);
    },
  };
}

function handlerSource(body: string): string {
  return `let call = 0;
exports.handler = async event => {
  call++;
  process.stdout.write('${EVENT_MARK}' + JSON.stringify(event) + '\\n');
  ${body}
};`;
}

type Call = MappingLab['call'];

async function kinesisStream(call: Call, arn: MappingLab['arn']): Promise<string> {
  await call('kinesis', 'CreateStream', { StreamName: 'events', ShardCount: 1 });
  return arn('kinesis', 'stream/events');
}

async function tableStream(call: Call): Promise<string> {
  const { TableDescription } = await call('dynamodb', 'CreateTable', {
    TableName: 'records',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  return String((TableDescription as JsonObject).LatestStreamArn); // as the API says
}
