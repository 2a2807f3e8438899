/** The parts of the platform that evidence is read from, by the names that the template gave them. */
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

export interface PlatformNames {
  readonly stream: string;
  readonly apiPath: string;
  readonly profiles: string;
  readonly parked: string;
  readonly dailySales: string;
  readonly inventory: string;
  readonly payments: string;
  readonly notifications: string;
  readonly trips: string;
  readonly tripEvents: string;
  readonly quarantine: string;
  readonly claimChecks: string;
  readonly queues: readonly string[];
  readonly stateMachine: string;
  /** The schedule of the cart sweeper. */
  readonly sweeps: string;
}

/** @throws Error when the template lacks one of them */
export function platformNames({ outputs, physicalIds }: SimulatedCloud): PlatformNames {
  const find = (type: string, part: RegExp): string => {
    const found = physicalIds.get(type)?.find(id => part.test(id));
    if (found === undefined) throw new Error(`Cannot read evidence: the template has no ${type} named like ${part}`);
    return found;
  };
  const table = (name: string) => find('AWS::DynamoDB::Table', new RegExp(`-${name}$`));
  return {
    stream: String(outputs.StreamName),
    apiPath: new URL(String(outputs.ApiUrl)).pathname.replace(/\/$/, ''),
    profiles: table('session-profiles'),
    parked: table('parked-events'),
    dailySales: table('daily-sales'),
    inventory: table('inventory'),
    payments: table('payments'),
    notifications: table('notifications'),
    trips: table('trips'),
    tripEvents: table('trip-events'),
    quarantine: find('AWS::S3::Bucket', /-quarantine-/),
    claimChecks: find('AWS::S3::Bucket', /-claim-checks?-/),
    queues: (physicalIds.get('AWS::SQS::Queue') ?? []).map(url => url.slice(url.lastIndexOf('/') + 1)),
    stateMachine: find('AWS::StepFunctions::StateMachine', /trip-booking/),
    sweeps: find('AWS::Scheduler::Schedule', /cart-sweeper/),
  };
}
