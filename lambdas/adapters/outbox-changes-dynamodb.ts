/** The facts that a table's items carried to the bus, as its change stream shows them for 24 hours. */
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type AttributeValue,
  DescribeStreamCommand,
  type DescribeStreamCommandOutput,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { Clock } from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';
import { unpackOutbox } from './outbox-attribute.ts';

export interface OutboxChangesOptions {
  readonly tables: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly tableName: string;
  readonly clock: Clock;
}

export interface WrittenFact {
  readonly id: string;
  readonly type: string;
  /** When it was written, as its publisher is told: to the second; epoch ms. */
  readonly writtenAtMs: number;
}

/** An open shard goes on for ever: after so many pages without a record it has none. */
const MOST_EMPTY_PAGES = 3;

/** Each fact once. @throws ThrottledError */
export async function readOutboxChanges({
  tables,
  streams,
  tableName,
  clock,
}: OutboxChangesOptions): Promise<WrittenFact[]> {
  const facts = new Map<string, WrittenFact>();
  const startedAtMs = clock.now();
  try {
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: tableName }));
    const StreamArn = Table?.LatestStreamArn;
    if (StreamArn === undefined) return [];
    for (const ShardId of await shardsOf(streams, StreamArn)) {
      const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator: iterator } = await streams.send(new GetShardIteratorCommand(start));
      let emptyPages = 0;
      while (iterator !== undefined && emptyPages < MOST_EMPTY_PAGES) {
        const { Records = [], NextShardIterator } = await streams.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        for (const { dynamodb: change } of Records) {
          const writtenAtMs = change?.ApproximateCreationDateTime?.getTime() ?? 0;
          for (const fact of factsIn(change?.NewImage)) facts.set(fact.id, { ...fact, writtenAtMs });
        }
        const newestMs = Records.at(-1)?.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0;
        emptyPages = Records.length > 0 ? 0 : emptyPages + 1;
        iterator = newestMs < startedAtMs ? NextShardIterator : undefined;
      }
    }
    return [...facts.values()];
  } catch (error) {
    throw operatingError(error);
  }
}

async function shardsOf(streams: DynamoDBStreamsClient, StreamArn: string): Promise<string[]> {
  const shards: string[] = [];
  let after: string | undefined;
  do {
    const page: DescribeStreamCommandOutput = await streams.send(
      new DescribeStreamCommand({ StreamArn, ...(after !== undefined && { ExclusiveStartShardId: after }) }),
    );
    const { Shards = [], LastEvaluatedShardId } = page.StreamDescription ?? {};
    shards.push(...Shards.flatMap(({ ShardId }) => ShardId ?? []));
    after = LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

/** `outbox` (packed), or `event`, whichever the item has. */
function factsIn(image: Record<string, AttributeValue> | undefined): { id: string; type: string }[] {
  const { outbox, event } = image ?? {};
  const texts = outbox?.B ? unpacked(outbox.B) : event?.S === undefined ? [] : [event.S];
  return texts.flatMap(text => {
    const { id, type } = JSON.parse(text) as { id?: string; type?: string }; // written by our own handlers and workflows
    return id !== undefined && type !== undefined ? [{ id, type }] : [];
  });
}

function unpacked(packed: Uint8Array): string[] {
  try {
    return unpackOutbox(packed);
  } catch {
    return []; // the publisher keeps what it cannot read aside
  }
}
