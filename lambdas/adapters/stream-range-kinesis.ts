import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
} from '@aws-sdk/client-kinesis';
import { type CloudEvent, parseEnvelope, shardName } from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';

export interface StreamRange {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** As the ledger calls it. */
  readonly shard: string;
  /** Records that arrived from then on, epoch ms. */
  readonly fromMs: number;
  /** And until then. */
  readonly untilMs: number;
}

/** A record of the stream that holds an event. */
export interface RangedRecord {
  readonly sequence: string;
  readonly arrivedAtMs: number;
  readonly event: CloudEvent;
}

/** The events of one shard in the order of the shard; nothing when there is no such shard. @throws ThrottledError */
export async function readStreamRange({ client, streamName, shard, fromMs, untilMs }: StreamRange) {
  const records: RangedRecord[] = [];
  try {
    const shardId = await findShard(client, streamName, shard);
    if (shardId === undefined) return undefined;
    const start = { StreamName: streamName, ShardId: shardId, Timestamp: new Date(fromMs) };
    const opened = await client.send(new GetShardIteratorCommand({ ...start, ShardIteratorType: 'AT_TIMESTAMP' }));
    let iterator = opened.ShardIterator;
    while (iterator !== undefined) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      for (const { SequenceNumber = '', ApproximateArrivalTimestamp, Data } of answer.Records ?? []) {
        const arrivedAtMs = ApproximateArrivalTimestamp?.getTime() ?? 0;
        if (arrivedAtMs > untilMs) return records;
        const event = eventOf(Data);
        if (event) records.push({ sequence: SequenceNumber, arrivedAtMs, event });
      }
      const isAtTip = (answer.MillisBehindLatest ?? 0) === 0; // what comes from now on is not asked for
      iterator = isAtTip ? undefined : answer.NextShardIterator;
    }
    return records;
  } catch (error) {
    throw operatingError(error);
  }
}

async function findShard(client: KinesisClient, StreamName: string, shard: string): Promise<string | undefined> {
  let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName };
  while (request) {
    const { Shards = [], NextToken }: ListShardsCommandOutput = await client.send(new ListShardsCommand(request));
    const found = Shards.find(({ ShardId = '' }) => shardName(ShardId) === shard);
    if (found) return found.ShardId;
    request = NextToken === undefined ? undefined : { NextToken };
  }
  return undefined;
}

function eventOf(data: Uint8Array | undefined): CloudEvent | undefined {
  try {
    const parsed = parseEnvelope(JSON.parse(Buffer.from(data ?? []).toString('utf8')));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // what is no event was quarantined, and never accepted
  }
}
