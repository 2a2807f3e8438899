/** What the platform has durably: items, objects, records, messages. Checks judge by this, and by no metric. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { PlatformNames } from './platform-names.ts';
import { readStream, type StreamedRecord } from './stream-records.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface QueueState {
  readonly name: string;
  readonly messages: number;
}

export interface Execution {
  readonly name: string;
  readonly status: string;
}

export interface QuarantinedObject {
  readonly hop: string;
  readonly received: unknown;
  /** Of the record of the stream, when it came from there. */
  readonly sequence: string | undefined;
}

export interface Evidence {
  readonly records: readonly StreamedRecord[];
  /** The items of keys. */
  readonly profiles: readonly Item[];
  readonly lanes: readonly Item[];
  readonly quarantined: readonly QuarantinedObject[];
  readonly dailySales: readonly Item[];
  readonly inventory: readonly Item[];
  readonly payments: readonly Item[];
  readonly notifications: readonly Item[];
  readonly trips: readonly Item[];
  readonly tripEvents: readonly Item[];
  readonly queues: readonly QueueState[];
  readonly executions: readonly Execution[];
}

export async function readEvidence(cloud: SimulatedCloud, names: PlatformNames): Promise<Evidence> {
  const scan = (table: string) => scanTable(cloud, table);
  return {
    records: await readStream(cloud, names.stream),
    profiles: (await scan(names.profiles)).filter(item => item.state !== undefined), // beside them stand pages of ids
    lanes: await scan(names.parked),
    quarantined: await readQuarantine(cloud, names.quarantine),
    dailySales: await scan(names.dailySales),
    inventory: await scan(names.inventory),
    payments: await scan(names.payments),
    notifications: await scan(names.notifications),
    trips: await scan(names.trips),
    tripEvents: await scan(names.tripEvents),
    queues: await Promise.all(names.queues.map(name => queueState(cloud, name))),
    executions: await listExecutions(cloud, names.stateMachine),
  };
}

type Attributes = Parameters<typeof unmarshall>[0];

async function scanTable(cloud: SimulatedCloud, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: Attributes | undefined;
  do {
    const page = await cloud.call<{ Items: Attributes[]; LastEvaluatedKey?: Attributes }>('dynamodb', 'Scan', {
      TableName,
      ...(from && { ExclusiveStartKey: from }),
    });
    items.push(...page.Items.map(item => unmarshall(item)));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

async function readQuarantine(cloud: SimulatedCloud, Bucket: string): Promise<QuarantinedObject[]> {
  const { Contents = [] } = await cloud.call<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', { Bucket });
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await cloud.call<{ Body: string }>('s3', 'GetObject', { Bucket, Key });
      const { hop, received, origin } = JSON.parse(Buffer.from(Body, 'base64').toString('utf8'));
      return { hop, received, sequence: String(origin?.eventId ?? '').split(':')[1] };
    }),
  );
}

async function queueState(cloud: SimulatedCloud, name: string): Promise<QueueState> {
  const counts = ['', 'NotVisible', 'Delayed'].map(which => `ApproximateNumberOfMessages${which}`);
  const QueueUrl = `http://127.0.0.1/000000000000/${name}`;
  const input = { QueueUrl, AttributeNames: counts };
  const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>('sqs', 'GetQueueAttributes', input);
  return { name, messages: counts.reduce((sum, count) => sum + Number(Attributes[count] ?? 0), 0) };
}

async function listExecutions(cloud: SimulatedCloud, stateMachineArn: string): Promise<Execution[]> {
  const answer = await cloud.call<{ executions: Execution[] }>('states', 'ListExecutions', { stateMachineArn });
  return answer.executions.map(({ name, status }) => ({ name, status }));
}
