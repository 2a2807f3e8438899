/** Everything that the event stream holds, by the subject of its events. */
import type { KinesisClient, ListShardsCommandOutput } from '@aws-sdk/client-kinesis';

/** A record as it lies in the stream. */
export interface StreamedText {
  readonly sequence: string;
  readonly arrivedAtMs: number;
  readonly text: string;
}

export interface StreamRecords {
  /** Of each subject, in the order of their sequence numbers within a shard. */
  readonly bySubject: ReadonlyMap<string, readonly StreamedText[]>;
  /** Whether nothing that ever came in has expired. */
  readonly complete: boolean;
  /** Reads what came since, of all shards; closed ones included. */
  readMore(): Promise<void>;
}

export interface StreamReading {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** Only events of this subject are kept. @default all */
  readonly subject?: string;
  /** Hears how many records were read so far. */
  readonly onProgress: (records: number, shards: number) => void;
}

const HOUR_MS = 3_600_000;

/** Opens a stream; nothing is read yet. */
export async function openStreamRecords(reading: StreamReading): Promise<StreamRecords> {
  const { DescribeStreamSummaryCommand } = await import('@aws-sdk/client-kinesis');
  const { client, streamName, subject, onProgress } = reading;
  const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
  const { StreamCreationTimestamp, RetentionPeriodHours = 24 } = summary.StreamDescriptionSummary ?? {};
  const ageMs = Date.now() - (StreamCreationTimestamp?.getTime() ?? 0);
  const bySubject = new Map<string, StreamedText[]>();
  const readUntil = new Map<string, string>();
  let count = 0;
  async function readMore(): Promise<void> {
    const shards = await shardIds(client, streamName);
    for (const shardId of shards) {
      for await (const page of pages(reading, shardId, readUntil.get(shardId))) {
        for (const { sequence, record } of page) {
          readUntil.set(shardId, sequence);
          const of = subjectOf(record.text);
          if (of !== undefined && (subject === undefined || of === subject)) add(bySubject, of, record);
        }
        count += page.length;
        onProgress(count, shards.length);
      }
    }
  }
  return { bySubject, complete: ageMs < RetentionPeriodHours * HOUR_MS, readMore };
}

function add(bySubject: Map<string, StreamedText[]>, subject: string, record: StreamedText): void {
  const known = bySubject.get(subject);
  if (known) known.push(record);
  else bySubject.set(subject, [record]);
}

async function shardIds(client: KinesisClient, streamName: string): Promise<string[]> {
  const { ListShardsCommand } = await import('@aws-sdk/client-kinesis');
  const ids: string[] = [];
  let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName: streamName };
  while (request) {
    const { Shards = [], NextToken }: ListShardsCommandOutput = await client.send(new ListShardsCommand(request));
    ids.push(...Shards.flatMap(({ ShardId }) => ShardId ?? []));
    request = NextToken === undefined ? undefined : { NextToken };
  }
  return ids;
}

async function* pages({ client, streamName }: StreamReading, shardId: string, after: string | undefined) {
  const { GetRecordsCommand, GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
  const from =
    after === undefined
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after } as const);
  const opened = await client.send(new GetShardIteratorCommand({ StreamName: streamName, ShardId: shardId, ...from }));
  let iterator = opened.ShardIterator;
  while (iterator !== undefined) {
    const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    yield (answer.Records ?? []).map(({ SequenceNumber: sequence = '', ApproximateArrivalTimestamp, Data }) => {
      const arrivedAtMs = ApproximateArrivalTimestamp?.getTime() ?? 0;
      return { sequence, record: { sequence, arrivedAtMs, text: Buffer.from(Data ?? []).toString('utf8') } };
    });
    iterator = (answer.MillisBehindLatest ?? 0) === 0 ? undefined : answer.NextShardIterator; // the tip is reached
  }
}

function subjectOf(text: string): string | undefined {
  try {
    const event: unknown = JSON.parse(text);
    const subject = typeof event === 'object' && event !== null && 'subject' in event ? event.subject : undefined;
    return typeof subject === 'string' ? subject : undefined;
  } catch {
    return undefined; // no processor could read it either: it is in the quarantine
  }
}
