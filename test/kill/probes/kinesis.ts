import { type Probe, verdictOf } from '../probe.ts';

const StreamName = 'kill-records';

/** Records that were taken can be read, each once, from the beginning of every shard. */
export const kinesisRecords: Probe = {
  name: 'kinesis PutRecord',
  lanes: 4,
  prepare: async aws => {
    await aws.json('kinesis', 'CreateStream', { StreamName, ShardCount: 2 });
  },
  write: async (aws, name) => {
    const Data = Buffer.from(name).toString('base64');
    await aws.json('kinesis', 'PutRecord', { StreamName, PartitionKey: name, Data });
  },
  async verify(aws, tried) {
    const found: string[] = [];
    const { Shards } = await aws.json<{ Shards: { ShardId: string }[] }>('kinesis', 'ListShards', { StreamName });
    for (const { ShardId } of Shards) {
      const ShardIteratorType = 'TRIM_HORIZON';
      let { ShardIterator: iterator } = await aws.json<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
        StreamName,
        ShardId,
        ShardIteratorType,
      });
      for (let isAtEnd = false; !isAtEnd; ) {
        const page = await aws.json<{
          Records: { Data: string }[];
          NextShardIterator: string;
          MillisBehindLatest: number;
        }>('kinesis', 'GetRecords', { ShardIterator: iterator });
        found.push(...page.Records.map(record => Buffer.from(record.Data, 'base64').toString()));
        iterator = page.NextShardIterator;
        isAtEnd = page.MillisBehindLatest === 0;
      }
    }
    return verdictOf(found, tried);
  },
};
