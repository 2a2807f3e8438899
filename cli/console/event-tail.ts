/** The newest events on the stream, as the console shows them: read with the same API that any consumer uses. */
import type { AwsCall } from '../flow.ts';

export interface TailedEvent {
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  /** The event's data as JSON, cut short. */
  readonly summary: string;
}

export interface EventTail {
  /** The newest first. Reads what has arrived since the last call. */
  read(): Promise<readonly TailedEvent[]>;
}

const KEPT = 40;
const READ_AT_ONCE = 40;
const LONGEST_SUMMARY = 160;

interface RecordsAnswer {
  readonly NextShardIterator?: string;
  readonly Records: readonly { readonly Data: string }[];
}

export function tailStream(aws: AwsCall, streamName: string): EventTail {
  let iterators: string[] | undefined;
  let newest: TailedEvent[] = [];

  const openIterators = async () => {
    const { Shards } = await aws<{ Shards: { ShardId: string }[] }>('kinesis', 'ListShards', {
      StreamName: streamName,
    });
    const opened = Shards.map(({ ShardId }) =>
      aws<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
        StreamName: streamName,
        ShardId,
        ShardIteratorType: 'LATEST',
      }),
    );
    return (await Promise.all(opened)).map(answer => answer.ShardIterator);
  };

  return {
    async read() {
      try {
        iterators ??= await openIterators();
        const answers = await Promise.all(
          iterators.map(iterator => aws<RecordsAnswer>('kinesis', 'GetRecords', { ShardIterator: iterator })),
        );
        iterators = answers.flatMap(answer => answer.NextShardIterator ?? []);
        const events = answers.flatMap(answer =>
          answer.Records.slice(-READ_AT_ONCE).map(record => toTailed(record.Data)),
        );
        newest = [...events.reverse(), ...newest].slice(0, KEPT);
      } catch {
        iterators = undefined; // an iterator expires when the page was closed for long: start anew at the tip
      }
      return newest;
    },
  };
}

function toTailed(data: string): TailedEvent {
  const text = Buffer.from(data, 'base64').toString('utf8');
  try {
    const event = JSON.parse(text) as Record<string, unknown>;
    const summary = JSON.stringify(event.data ?? null).slice(0, LONGEST_SUMMARY);
    return { type: String(event.type), subject: String(event.subject), time: String(event.time), summary };
  } catch {
    return { type: 'not an event', subject: '', time: '', summary: text.slice(0, LONGEST_SUMMARY) };
  }
}
