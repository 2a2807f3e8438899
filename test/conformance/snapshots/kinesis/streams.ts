/** What `tests/aws/services/kinesis/test_kinesis.py` does, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage } from '../lambda/mapping-stage.ts';
import type { RecordedTest, RecordedTests } from '../lambda/recorded-test.ts';
import { pythonBytes } from '../python-bytes.ts';

/** Longer than Kinesis takes to make a stream or a consumer. */
const CREATION_MS = 60_000;
const GREETINGS = ['Hello world_0', 'Hello world_1', 'Hello world_2', 'Hello world_3', 'Hello world_4'];

interface Shard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: JsonObject;
}

interface Stream {
  readonly StreamName: string;
  readonly StreamARN: string;
  readonly shards: readonly Shard[];
}

async function newStream(stage: MappingStage, settings: JsonObject): Promise<Stream> {
  const StreamName = stage.name('stream');
  await stage.call('kinesis', 'CreateStream', { StreamName, ...settings });
  await stage.pass(CREATION_MS);
  const { StreamDescription } = await stage.answer('kinesis', 'DescribeStream', { StreamName });
  const { StreamARN, Shards } = StreamDescription as { StreamARN: string; Shards: readonly Shard[] }; // of its answer
  return { StreamName, StreamARN, shards: Shards };
}

/** The recorder put these words in the place of hash keys. */
function withoutHashKeys({ HashKeyRange, ...shard }: Shard): JsonObject {
  const isRange = /^\d+$/.test(HashKeyRange.StartingHashKey) && /^\d+$/.test(HashKeyRange.EndingHashKey);
  const words = { StartingHashKey: 'starting_hash', EndingHashKey: 'ending_hash' };
  return { ...shard, HashKeyRange: isRange ? words : HashKeyRange };
}

const streamWithoutShardCount: RecordedTest = async stage => {
  const { shards } = await newStream(stage, {});
  return { Shards: shards.map(withoutHashKeys) };
};

const tags: RecordedTest = async stage => {
  const { StreamName } = await newStream(stage, { ShardCount: 1 });
  await stage.call('kinesis', 'AddTagsToStream', { StreamName, Tags: { foo: 'bar' } });
  const { Tags } = await stage.answer('kinesis', 'ListTagsForStream', { StreamName });
  return { Tags: (Tags as readonly unknown[])[0] }; // of its answer
};

function asRecorded(records: readonly JsonObject[]): readonly JsonObject[] {
  return records.map(record => ({ ...record, Data: pythonBytes(record.Data) }));
}

const dataIntegrity: RecordedTest = async stage => {
  const { StreamName, shards } = await newStream(stage, { ShardCount: 1 });
  const start = shards[0]?.SequenceNumberRange.StartingSequenceNumber;
  const { ShardIterator } = await stage.answer('kinesis', 'GetShardIterator', {
    StreamName,
    ShardId: shards[0]?.ShardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    StartingSequenceNumber: start,
  });
  for (const text of ['', 'a'.repeat(1000), 'test', 'ünicödé 统一码 💣💻🔥'])
    await stage.answer('kinesis', 'PutRecord', { StreamName, Data: base64(text), PartitionKey: '1' });
  const { Records } = await stage.answer('kinesis', 'GetRecords', { ShardIterator });
  return { Records: asRecorded(Records as readonly JsonObject[]) }; // of its answer
};

interface Subscription {
  readonly EventStream: AsyncIterable<{
    readonly SubscribeToShardEvent: { readonly Records: readonly JsonObject[] };
  }>;
}

/** Puts records and reads them as a consumer with a throughput of its own. */
async function subscribed(
  stage: MappingStage,
  startAt: (stream: Stream) => JsonObject,
): Promise<readonly JsonObject[]> {
  const stream = await newStream(stage, { ShardCount: 1 });
  const { StreamARN, StreamName } = stream;
  const { Consumer } = await stage.answer('kinesis', 'RegisterStreamConsumer', { StreamARN, ConsumerName: 'c1' });
  await stage.pass(CREATION_MS);
  const { ConsumerARN } = Consumer as JsonObject; // of its answer
  const { EventStream } = await stage.call<Subscription>('kinesis', 'SubscribeToShard', {
    ConsumerARN,
    ShardId: stream.shards[0]?.ShardId,
    StartingPosition: startAt(stream),
  });
  for (const text of GREETINGS) {
    const Records = [{ Data: base64(text), PartitionKey: '1' }];
    await stage.answer('kinesis', 'PutRecords', { StreamName, Records });
  }
  const records: JsonObject[] = [];
  const reading = (async () => {
    for await (const { SubscribeToShardEvent } of EventStream) {
      records.push(...SubscribeToShardEvent.Records);
      if (records.length >= GREETINGS.length) return;
    }
  })();
  await stage.clock.advanceUntil(() => records.length >= GREETINGS.length, CREATION_MS);
  await reading;
  return asRecorded(records);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export const STREAM_TESTS: RecordedTests = {
  tests: {
    test_add_tags_to_stream: tags,
    test_create_stream_without_shard_count: streamWithoutShardCount,
    test_record_lifecycle_data_integrity: dataIntegrity,
    test_subscribe_to_shard_with_at_timestamp: async stage => {
      const Timestamp = stage.clock.now() / 1000;
      return { Records: await subscribed(stage, () => ({ Type: 'AT_TIMESTAMP', Timestamp })) };
    },
    test_subscribe_to_shard_with_sequence_number_as_iterator: async stage => ({
      Records: await subscribed(stage, ({ shards }) => ({
        Type: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: shards[0]?.SequenceNumberRange.StartingSequenceNumber,
      })),
    }),
  },
  outOfScope: { test_cbor_exceptions: 'the embedded cloud speaks JSON, not CBOR' },
};
