/** The events that mappings make of records and messages. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { Fact } from './fact.ts';
import type { MappingLab } from './mapping-lab.ts';
import { recordsOf } from './stream-failures.ts';

const PASS = 'return null;';

function firstRecord(lab: MappingLab): JsonObject {
  const [event = { Records: [] }] = lab.events;
  return recordsOf(event)[0] ?? {};
}

interface SizedItem {
  readonly key: string;
  readonly view: string;
  readonly item: JsonObject;
}

/** The size that the stream gives for one item that is put. */
async function sizeOf(lab: MappingLab, { key, view, item }: SizedItem): Promise<unknown> {
  const { TableDescription } = await lab.call('dynamodb', 'CreateTable', {
    TableName: 'sized',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: view },
  });
  await lab.advance(60_000);
  await lab.createFunction(PASS);
  await lab.call('dynamodb', 'PutItem', { TableName: 'sized', Item: item });
  const streamArn = String((TableDescription as JsonObject).LatestStreamArn); // as the API says
  await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON' });
  await lab.advance(10_000);
  const change = firstRecord(lab).dynamodb as JsonObject | undefined;
  return { size: change?.SizeBytes, image: change?.NewImage };
}

const ATTRIBUTES = {
  ApproximateReceiveCount: '1',
  SentTimestamp: '<ms>',
  SenderId: '<sender>',
  ApproximateFirstReceiveTimestamp: '<ms>',
};

function queueRecord(queue: string, attributes: JsonObject): JsonObject {
  return {
    messageId: '<uuid>',
    receiptHandle: '<handle>',
    body: '{"a": 1}',
    attributes: { ...ATTRIBUTES, ...attributes },
    messageAttributes: {},
    md5OfBody: '<md5>',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: 'us-east-1',
  };
}

export const eventShapes: readonly Fact[] = [
  {
    id: 'kinesis-record',
    expected: {
      record: {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'key',
          sequenceNumber: '<sequence>',
          data: Buffer.from('{"number":1}').toString('base64'),
          approximateArrivalTimestamp: '<seconds>',
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: '<shard:sequence>',
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: '<role>',
        awsRegion: 'us-east-1',
        eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      },
      idIsShardAndSequence: true,
    },
    async observe(lab) {
      const streamArn = await lab.createStream('kinesis');
      await lab.createFunction(PASS);
      await lab.put('kinesis', 1);
      await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON' });
      await lab.advance(10_000);
      const record = firstRecord(lab);
      const sequence = (record.kinesis as JsonObject | undefined)?.sequenceNumber;
      return { record, idIsShardAndSequence: record.eventID === `shardId-000000000000:${sequence}` };
    },
  },
  {
    id: 'dynamodb-record',
    expected: {
      eventID: '<id>',
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: '<seconds>',
        Keys: { id: { S: 'item-1' } },
        NewImage: { id: { S: 'item-1' } },
        SequenceNumber: '<sequence>',
        SizeBytes: 16,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: '<stream>',
    },
    async observe(lab) {
      const streamArn = await lab.createStream('dynamodb');
      await lab.createFunction(PASS);
      await lab.put('dynamodb', 1);
      await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON' });
      await lab.advance(10_000);
      return firstRecord(lab);
    },
  },
  {
    id: 'dynamodb-size-with-binary',
    expected: { size: 70, image: { my_partition_key: { S: 'hello world' }, binary_key: { B: 'Zm9vYmFy' } } },
    observe: lab =>
      sizeOf(lab, {
        key: 'my_partition_key',
        view: 'NEW_IMAGE',
        item: { my_partition_key: { S: 'hello world' }, binary_key: { B: 'Zm9vYmFy' } },
      }),
  },
  {
    id: 'dynamodb-size-with-number',
    expected: { size: 39, image: { id: { S: 'id_value_1' }, numericFilter: { N: '42' } } },
    observe: lab =>
      sizeOf(lab, {
        key: 'id',
        view: 'NEW_AND_OLD_IMAGES',
        item: { id: { S: 'id_value_1' }, numericFilter: { N: '42' } },
      }),
  },
  {
    id: 'sqs-record',
    expected: queueRecord('orders', {}),
    async observe(lab) {
      const queueArn = await lab.createQueue('orders');
      await lab.createFunction(PASS);
      await lab.send('orders', '{"a": 1}');
      await lab.map(queueArn, {});
      await lab.advance(10_000);
      return firstRecord(lab);
    },
  },
  {
    id: 'sqs-fifo-record',
    expected: queueRecord('orders.fifo', {
      SequenceNumber: '<sequence>',
      MessageGroupId: 'group',
      MessageDeduplicationId: 'once',
    }),
    async observe(lab) {
      const queueArn = await lab.createQueue('orders.fifo', { FifoQueue: 'true' });
      await lab.createFunction(PASS);
      await lab.send('orders.fifo', '{"a": 1}', { MessageGroupId: 'group', MessageDeduplicationId: 'once' });
      await lab.map(queueArn, {});
      await lab.advance(10_000);
      return firstRecord(lab);
    },
  },
];
