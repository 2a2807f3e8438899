import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { type DemoBooking, tripBookings } from '../../domains/travel/demo/trip-bookings.ts';
import { OPERATOR, openCloud } from '../../local/index.ts';
import type { Bench } from '../bench-definition.ts';
import { perSecond } from '../timed.ts';

const TRIPS = 60;
const BOOKINGS_AT_ONCE = 8;
const POLL_MS = 20;
const END = /"status":"(confirmed|cancelled)"/;

/** Trips from the request to their end, through every part of the deployed template. */
const trips: Bench = {
  name: 'saga-trips',
  measures: `bookings over HTTP, each through its fact, its saga (reserve, pay, confirm; one in five undone) and its read model: ${TRIPS} at a time`,
  unit: 'trips/s',
  rounds: 3,

  async open() {
    const platform = await startPlatform({ port: 0, seed: 5, report: line => console.error(line) });
    await seedInventory(platform.aws, platform.inventoryTable);
    const bookings = tripBookings({ seed: 5, now: Date.now, duplicateShare: 0 });
    const measure = () => perSecond(() => runTrips(platform, bookings));
    return { subject: { name: 'platform', measure }, close: () => platform.close() };
  },
};

async function runTrips({ apiUrl }: Platform, bookings: Generator<DemoBooking, never>): Promise<number> {
  const waiting = Array.from({ length: TRIPS }, () => bookings.next().value);
  const visit = async () => {
    for (let booking = waiting.pop(); booking; booking = waiting.pop()) {
      await postJson(`${apiUrl}/trips`, JSON.stringify(booking.body));
      const url = `${apiUrl}/trips/${booking.tripId}`;
      while (!END.test(await (await fetch(url)).text())) await new Promise(resolve => setTimeout(resolve, POLL_MS));
    }
  };
  await Promise.all(Array.from({ length: BOOKINGS_AT_ONCE }, visit));
  return TRIPS;
}

const EXECUTIONS = 300;
const INPUT = { nights: 3, price: 120, rooms: [{ kind: 'double' }, { kind: 'single' }, { kind: 'suite' }] };

/** What both can run: no service is called, and nothing waits. */
const DEFINITION = {
  StartAt: 'Prepare',
  States: {
    Prepare: {
      Type: 'Pass',
      Parameters: { 'stay.$': '$.nights', 'price.$': '$.price', 'rooms.$': '$.rooms' },
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      ResultPath: '$.reserved',
      Branches: [branch('Flight'), branch('Hotel')],
      Next: 'EachRoom',
    },
    EachRoom: {
      Type: 'Map',
      ItemsPath: '$.rooms',
      Iterator: {
        StartAt: 'Room',
        States: { Room: { Type: 'Pass', Result: 'kept', ResultPath: '$.state', End: true } },
      },
      ResultPath: '$.rooms',
      Next: 'IsDear',
    },
    IsDear: {
      Type: 'Choice',
      Choices: [{ Variable: '$.price', NumericGreaterThan: 100, Next: 'Dear' }],
      Default: 'Done',
    },
    Dear: { Type: 'Pass', Result: true, ResultPath: '$.dear', Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
} as const;

function branch(name: string) {
  return { StartAt: name, States: { [name]: { Type: 'Pass', Result: `${name} taken`, End: true } } };
}

const machine: Bench = {
  name: 'saga-machine',
  measures:
    'executions of one state machine (Pass, Parallel, Map, Choice; no tasks, no HTTP), one after another, beside aws-local-stepfunctions',
  unit: 'executions/s',

  async open() {
    const { StateMachine } = await import('aws-local-stepfunctions'); // a large one
    const { cloud, close } = await openCloud({ port: 0 });
    const call = (operation: string, input: Record<string, unknown>) =>
      cloud.call<Record<string, unknown>>({ service: 'states', operation, input, principal: OPERATOR });
    const { stateMachineArn } = await call('CreateStateMachine', {
      name: 'bench',
      type: 'EXPRESS',
      roleArn: 'arn:aws:iam::000000000000:role/bench',
      definition: JSON.stringify(DEFINITION),
    });
    const input = JSON.stringify(INPUT);
    const ours = async () => {
      const { status, cause } = await call('StartSyncExecution', { stateMachineArn, input });
      if (status !== 'SUCCEEDED') throw new Error(`Cannot count the round: ${status} ${cause}`);
    };
    const rival = new StateMachine(
      structuredClone(DEFINITION) as unknown as ConstructorParameters<typeof StateMachine>[0],
    );
    const theirs = async () => {
      await rival.run(structuredClone(INPUT)).result;
    };
    return {
      subject: { name: 'embedded Step Functions', measure: () => perSecond(() => repeat(ours)) },
      against: { name: 'aws-local-stepfunctions', measure: () => perSecond(() => repeat(theirs)) },
      close,
    };
  },
};

async function repeat(execute: () => Promise<void>): Promise<number> {
  for (let count = 0; count < EXECUTIONS; count++) await execute();
  return EXECUTIONS;
}

export const saga: readonly Bench[] = [trips, machine];
