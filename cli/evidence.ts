/**
 * What is durably there, for when the counts do not add up: a function that dies between its write and its metrics line, or a
 * platform that is killed there, leaves the effect uncounted.
 */
import { readQueues } from './console/queues.ts';
import type { AwsCall } from './flow.ts';
import type { LedgerReport } from './ledger-report.ts';

export interface Evidence {
  readonly ledger: LedgerReport;
  /** Bookings that are recorded and neither wait in the queue of the saga starter nor have a saga that has ended. */
  readonly sagasOpen: number;
}

export interface EvidenceSource {
  readonly aws: AwsCall;
  readonly stage: string;
  /** Since when everything is looked at, epoch ms. */
  readonly sinceMs: number;
}

/** The flow has to be at rest. */
export async function gatherEvidence(source: EvidenceSource): Promise<Evidence> {
  const [ledger, sagasOpen] = await Promise.all([askReconciler(source), countOpenSagas(source)]);
  return { ledger, sagasOpen };
}

async function askReconciler({ aws, stage, sinceMs }: EvidenceSource): Promise<LedgerReport> {
  const answer = await aws<{ FunctionError?: string; Payload?: string }>('lambda', 'Invoke', {
    FunctionName: `millrace-${stage}-reconciler`,
    Payload: JSON.stringify({ reconcile: { from: new Date(sinceMs).toISOString(), atRest: true } }),
  });
  if (answer.FunctionError !== undefined) throw new Error(`Cannot reconcile: ${answer.Payload}`);
  return JSON.parse(answer.Payload ?? '') as LedgerReport; // the reconciler's answer
}

async function countOpenSagas({ aws, stage }: EvidenceSource): Promise<number> {
  const bookings = await countBookings(aws, `millrace-${stage}-trip-events`);
  const { stateMachines } = await aws<{ stateMachines: { name: string; stateMachineArn: string }[] }>(
    'states',
    'ListStateMachines',
    {},
  );
  const machine = stateMachines.find(({ name }) => name === `millrace-${stage}-trip-booking`);
  const ended = machine ? await countEnded(aws, machine.stateMachineArn) : 0;
  return Math.max(0, bookings - ended - (await countWaiting(aws, `millrace-${stage}-trip-bookings`)));
}

async function countBookings(aws: AwsCall, TableName: string): Promise<number> {
  let count = 0;
  for (let start: object | undefined, isFirst = true; isFirst || start; isFirst = false) {
    const page = await aws<{ Count: number; LastEvaluatedKey?: object }>('dynamodb', 'Scan', {
      TableName,
      Select: 'COUNT',
      FilterExpression: '#version = :first',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':first': { N: '1' } },
      ...(start && { ExclusiveStartKey: start }),
    });
    count += page.Count;
    start = page.LastEvaluatedKey;
  }
  return count;
}

/** Messages that a consumer held when the platform was killed are hidden until their visibility time-out, for minutes. */
async function countWaiting(aws: AwsCall, queueName: string): Promise<number> {
  const queue = (await readQueues(aws)).find(({ name }) => name === queueName);
  return queue ? queue.visible + queue.inFlight : 0;
}

async function countEnded(aws: AwsCall, stateMachineArn: string): Promise<number> {
  let ended = 0;
  for (let nextToken: string | undefined, isFirst = true; isFirst || nextToken; isFirst = false) {
    const page = await aws<{ executions: { status: string }[]; nextToken?: string }>('states', 'ListExecutions', {
      stateMachineArn,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    ended += page.executions.filter(({ status }) => status !== 'RUNNING').length;
    nextToken = page.nextToken;
  }
  return ended;
}
