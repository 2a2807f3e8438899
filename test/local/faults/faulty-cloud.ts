import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faults, type InjectedFault } from '../../../local/faults/faults.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export type Caller = <Output = JsonObject>(
  operation: string,
  input: JsonObject,
  principal?: Principal,
) => Promise<Output>;

export interface FaultyCloud {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly injected: readonly InjectedFault[];
  /** Calls of one service. */
  readonly to: (service: string) => Caller;
}

/** Every service, and `prepare` carried out before the plan takes effect. */
export async function faultyCloud(
  plan: FaultPlan,
  prepare: (to: (service: string) => Caller) => Promise<void> = async () => {},
): Promise<FaultyCloud> {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  registerServices(cloud);
  const to =
    (service: string): Caller =>
    (operation, input, principal = OPERATOR) =>
      cloud.call({ service, operation, input, principal });
  await prepare(to);
  const { intercept, injected } = faults(cloud, plan);
  cloud.intercept(intercept);
  return { cloud, clock, injected, to };
}

/** The one rule that most tests need. */
export function only(rule: FaultPlan['rules'][number], seed = 1): FaultPlan {
  return { seed, rules: [rule] };
}

export async function stream(to: (service: string) => Caller): Promise<void> {
  await to('kinesis')('CreateStream', { StreamName: 'clicks', ShardCount: 1 });
}

export async function queue(to: (service: string) => Caller): Promise<void> {
  await to('sqs')('CreateQueue', { QueueName: 'jobs' });
}

export async function table(to: (service: string) => Caller): Promise<void> {
  await to('dynamodb')('CreateTable', {
    TableName: 'items',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
}

export const QUEUE_URL = 'http://127.0.0.1:0/000000000000/jobs';
