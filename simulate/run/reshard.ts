import { AwsError } from '../../local/cloud/aws-error.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

interface Shard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

export interface Resharding {
  readonly how: 'split-shard' | 'merge-shards';
  /** Among the open shards, by hash key; taken round and round. */
  readonly shard: number;
}

/** Changes the shards of a stream while it is in use. AWS may refuse; then nothing happens. */
export async function reshard(cloud: SimulatedCloud, StreamName: string, { how, shard }: Resharding): Promise<void> {
  try {
    const { Shards } = await cloud.call<{ Shards: Shard[] }>('kinesis', 'ListShards', { StreamName });
    const open = Shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange.EndingSequenceNumber).sort((a, b) =>
      Number(BigInt(a.HashKeyRange.StartingHashKey) - BigInt(b.HashKeyRange.StartingHashKey) > 0n ? 1 : -1),
    );
    const first = open[shard % open.length];
    const next = open[(shard % open.length) + 1];
    if (!first) return;
    if (how === 'split-shard') {
      const { StartingHashKey, EndingHashKey } = first.HashKeyRange;
      const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n;
      const input = { StreamName, ShardToSplit: first.ShardId, NewStartingHashKey: String(middle) };
      await cloud.call('kinesis', 'SplitShard', input);
    } else if (next) {
      const input = { StreamName, ShardToMerge: first.ShardId, AdjacentShardToMerge: next.ShardId };
      await cloud.call('kinesis', 'MergeShards', input);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
