import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

/** One record of the event stream. */
export interface StreamedRecord {
  readonly sequence: string;
  readonly partitionKey: string;
  readonly text: string;
}

interface Shard {
  readonly ShardId: string;
}

interface RecordsPage {
  readonly Records: readonly { SequenceNumber: string; PartitionKey: string; Data: string }[];
  readonly NextShardIterator?: string | null;
}

/** Every record of every shard, open or closed, by sequence number: for a key, that is the order of the stream. */
export async function readStream(cloud: SimulatedCloud, StreamName: string): Promise<StreamedRecord[]> {
  const { Shards } = await cloud.call<{ Shards: Shard[] }>('kinesis', 'ListShards', { StreamName });
  const records: StreamedRecord[] = [];
  for (const { ShardId } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator: next } = await cloud.call<{ ShardIterator?: string | null }>(
      'kinesis',
      'GetShardIterator',
      start,
    );
    while (next) {
      const page = await cloud.call<RecordsPage>('kinesis', 'GetRecords', { ShardIterator: next });
      records.push(
        ...page.Records.map(({ SequenceNumber, PartitionKey, Data }) => ({
          sequence: SequenceNumber,
          partitionKey: PartitionKey,
          text: Buffer.from(Data, 'base64').toString('utf8'),
        })),
      );
      next = page.Records.length > 0 ? page.NextShardIterator : undefined;
    }
  }
  return records.sort((a, b) => compareSequences(a.sequence, b.sequence));
}

/** By value: sequence numbers are decimal numbers of many digits. */
export function compareSequences(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
