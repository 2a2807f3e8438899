/**
 * The table of lanes, as drainers use it. A lane is a partition, `<processor>#<key>`, sorted by sequence numbers padded so that
 * text order is numeric order. A lease stands in a partition of its own, `#lease#<processor>#<key>`: no processor's name begins
 * with `#`.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import {
  type CloudEvent,
  compareSequenceNumbers,
  type FoldRecord,
  type Lane,
  type LaneStore,
  type Lease,
  messageOf,
  TerminalError,
} from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import type { Attributes } from './fold-item-dynamodb.ts';

export interface LaneTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly processor: string;
}

/** One parked key, or as much of it as a page of the table showed. */
export interface ParkedKey {
  readonly key: string;
  /** Sequence number of the record that could not be applied. */
  readonly since: string;
  readonly reason: string;
  readonly records: number;
  /** Epoch ms. */
  readonly oldestArrivalMs: number;
}

export interface ParkedKeysPage {
  readonly keys: readonly ParkedKey[];
  /** Where the next page begins; absent after the last. */
  readonly cursor?: string;
}

const LEASE_ROW = 'lease';
const SEQUENCE_CHARS = 128;

/** The key of a record's row. */
export function laneRowKey(processor: string, key: string, sequence: string) {
  return { lane: `${processor}#${key}`, sequence: sequence.padStart(SEQUENCE_CHARS, '0') };
}

/** Lanes and leases in a table. */
export function dynamodbLanes({ client, tableName: TableName, processor }: LaneTable): LaneStore {
  const leaseKey = (key: string) => ({ lane: { S: `#lease#${processor}#${key}` }, sequence: { S: LEASE_ROW } });
  async function read(key: string, limit: number): Promise<Lane> {
    const records: FoldRecord[] = [];
    let start: Attributes | undefined;
    do {
      const query = new QueryCommand({
        TableName,
        KeyConditionExpression: 'lane = :lane',
        ExpressionAttributeValues: { ':lane': { S: `${processor}#${key}` } },
        ConsistentRead: true,
        Limit: limit + 1 - records.length,
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await client.send(query).catch(rethrow);
      records.push(...(page.Items ?? []).map(recordOf));
      start = page.LastEvaluatedKey;
    } while (start && records.length <= limit);
    return { records: records.slice(0, limit), hasMore: records.length > limit };
  }
  async function lease(key: string, { holder, untilMs }: Lease, nowMs: number): Promise<Lease | undefined> {
    const put = new PutItemCommand({
      TableName,
      Item: {
        ...leaseKey(key),
        holder: { S: holder },
        untilMs: { N: String(untilMs) },
        expiresAt: { N: String(Math.ceil(untilMs / 1000)) },
      },
      ConditionExpression: 'attribute_not_exists(lane) OR untilMs <= :now OR holder = :holder',
      ExpressionAttributeValues: { ':now': { N: String(nowMs) }, ':holder': { S: holder } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await client.send(put);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw operatingError(error);
      return { holder: error.Item?.holder?.S ?? 'somebody', untilMs: Number(error.Item?.untilMs?.N ?? nowMs) };
    }
  }
  async function release(key: string, holder: string): Promise<void> {
    const remove = new DeleteItemCommand({
      TableName,
      Key: leaseKey(key),
      ConditionExpression: 'holder = :holder',
      ExpressionAttributeValues: { ':holder': { S: holder } },
    });
    await client.send(remove).catch((error: unknown) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw operatingError(error);
    });
  }
  return { read, lease, release };
}

/** A table of lanes for who looks up single records. */
export interface LaneReader extends BatchGetOptions {
  readonly processor: string;
}

/** The sequence numbers of those records that are in the lanes of their keys. @throws ThrottledError */
export async function inLanes(
  table: LaneReader,
  records: readonly { readonly key: string; readonly sequence: string }[],
): Promise<ReadonlySet<string>> {
  const keys = records.map(({ key, sequence }) => marshall(laneRowKey(table.processor, key, sequence)));
  const rows = keys.length === 0 ? [] : await batchGetItems(table, keys);
  return new Set(rows.map(sequenceOf));
}

/** One page of the keys whose records wait. A key may go on in the next page. */
export async function parkedKeys(
  { client, tableName, processor }: LaneTable,
  cursor?: string,
): Promise<ParkedKeysPage> {
  const scan = new ScanCommand({
    TableName: tableName,
    ProjectionExpression: 'lane, #sequence, reason, arrivedAtMs',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ConsistentRead: true,
    ...(cursor !== undefined && { ExclusiveStartKey: startOf(cursor) }),
  });
  const { Items = [], LastEvaluatedKey: last } = await client.send(scan).catch(rethrow);
  const prefix = `${processor}#`;
  const ofKeys = Map.groupBy(
    Items.filter(({ lane }) => lane?.S?.startsWith(prefix)),
    ({ lane }) => (lane?.S ?? '').slice(prefix.length),
  );
  const keys = [...ofKeys].map(([key, rows]) => parkedKeyOf(key, rows));
  return last ? { keys, cursor: JSON.stringify([last.lane?.S, last.sequence?.S]) } : { keys };
}

function startOf(cursor: string): Attributes {
  const [lane, sequence] = JSON.parse(cursor) as [string, string]; // written by parkedKeys
  return { lane: { S: lane }, sequence: { S: sequence } };
}

function parkedKeyOf(key: string, rows: readonly Attributes[]): ParkedKey {
  const inOrder = rows.toSorted((a, b) => compareSequenceNumbers(sequenceOf(a), sequenceOf(b)));
  const arrivals = rows.map(({ arrivedAtMs }) => Number(arrivedAtMs?.N ?? 0));
  return {
    key,
    since: sequenceOf(inOrder[0]),
    reason: inOrder[0]?.reason?.S ?? '',
    records: rows.length,
    oldestArrivalMs: Math.min(...arrivals),
  };
}

function recordOf(row: Record<string, AttributeValue>): FoldRecord {
  const sequence = sequenceOf(row);
  try {
    const event = JSON.parse(row.event?.S ?? '') as CloudEvent; // it was judged before it was parked
    const shard = row.shard?.S;
    return { sequence, arrivedAtMs: Number(row.arrivedAtMs?.N), event, ...(shard !== undefined && { shard }) };
  } catch (error) {
    throw new TerminalError(`Cannot read lane at ${sequence}: ${messageOf(error)}`, { cause: error });
  }
}

function sequenceOf(row: Attributes | undefined): string {
  return (row?.sequence?.S ?? '').replace(/^0+(?=\d)/, '');
}

function rethrow(error: unknown): never {
  throw operatingError(error);
}
