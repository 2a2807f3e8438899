/**
 * How the saga records its outcome when the table does not answer as it should: what is in the table decides whether the
 * traveller is told, and not what the last try has heard.
 */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sagaInput } from '../../domains/travel/saga/saga-input.ts';
import { AwsError } from '../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../local/cloud/service.ts';
import { lambda, type Outcome, StateMachineFixture } from '../local/states/state-machine-fixture.ts';
import { bookingRequested } from '../support/travel-events.ts';

const text = await readFile(new URL('../../statemachines/trip-booking.asl.json', import.meta.url), 'utf8');
const input = sagaInput(bookingRequested);
const TRIES = 13;

interface Trip {
  /** What happens to a put. @returns whether its item is written and its answer heard */
  readonly onPut: (attempt: number) => { readonly written: boolean; readonly heard: boolean };
  /** @default none: nothing was recorded before */
  readonly recorded?: JsonObject;
  readonly isDeclined?: boolean;
  readonly canRead?: boolean;
}

interface Ended {
  readonly outcome: Outcome;
  readonly table: JsonObject | undefined;
  /** Outcomes that the traveller was told. */
  readonly told: readonly unknown[];
  /** Types of facts that went straight to the bus. */
  readonly reported: readonly unknown[];
  readonly puts: number;
}

async function book({ onPut, recorded, isDeclined = false, canRead = true }: Trip): Promise<Ended> {
  let table = recorded;
  let puts = 0;
  const told: unknown[] = [];
  const reported: unknown[] = [];
  const unavailable = new AwsError('InternalServerError', 'Cannot answer', { status: 500 });
  const fixture = new StateMachineFixture({
    lambda: lambda(payload => {
      const { step, outcome } = payload as { step: string; outcome?: string };
      if (step === 'notify') told.push(outcome);
      if (step === 'authorise' && isDeclined) throw Object.assign(new Error('no'), { name: 'PaymentDeclined' });
      return { paymentId: 'pay-1' };
    }),
    dynamodb: {
      PutItem: ({ Item }) => {
        const { written, heard } = onPut(++puts);
        if (heard && table) throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
        if (written) table ??= Item as JsonObject;
        if (!heard) throw unavailable;
        return {};
      },
      GetItem: () => {
        if (!canRead) throw unavailable;
        return table ? { Item: table } : {};
      },
    },
    events: {
      PutEvents: ({ Entries }) => {
        const facts = (Entries as { DetailType: string; Source: string }[]).filter(
          ({ Source }) => Source !== 'aws.states',
        );
        reported.push(...facts.map(({ DetailType }) => DetailType));
        return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
      },
    },
  });
  const definition = JSON.parse(text.replace(/\$\{(\w+)FunctionArn\}/g, '$1').replace(/\$\{(\w+)\}/g, '$1'));
  return { outcome: await fixture.run(definition, input), table, told, reported, puts };
}

const ours = { event: { S: JSON.stringify({ id: input.factIds.confirmed }) } };
const another = { event: { S: JSON.stringify({ id: 'somebody-else' }) } };

test.each([
  { isDeclined: false, outcome: 'confirmed', ended: 'completed' },
  { isDeclined: true, outcome: 'cancelled', ended: 'compensated' },
])('$outcome: written once and heard, the traveller is told once', async ({ isDeclined, outcome, ended }) => {
  const { outcome: end, told, puts } = await book({ isDeclined, onPut: () => ({ written: true, heard: true }) });
  expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: ended } });
  expect({ told, puts }).toEqual({ told: [outcome], puts: 1 });
});

test.each([
  { isDeclined: false, outcome: 'confirmed' },
  { isDeclined: true, outcome: 'cancelled' },
])(
  '$outcome: written by the first try, and no try is ever heard: it is found, and told',
  async ({ isDeclined, outcome }) => {
    const onPut = (attempt: number) => ({ written: attempt === 1, heard: false });
    const { outcome: end, told, reported, puts } = await book({ isDeclined, onPut });
    expect(end.status).toBe('SUCCEEDED');
    expect({ told, reported, puts }).toEqual({ told: [outcome], reported: [], puts: TRIES });
  },
);

test('written by a try whose answer is lost: the next try meets its own fact, and the saga goes on', async () => {
  const { outcome, told, puts } = await book({ onPut: attempt => ({ written: true, heard: attempt > 1 }) });
  expect(outcome.status).toBe('SUCCEEDED');
  expect({ told, puts }).toEqual({ told: ['confirmed'], puts: 2 });
});

test('recorded by an execution before this one: known as ours by the fact id', async () => {
  const { outcome, told } = await book({ recorded: ours, onPut: () => ({ written: true, heard: true }) });
  expect(outcome.status).toBe('SUCCEEDED');
  expect(told).toEqual(['confirmed']);
});

test.each([
  { name: 'never written', trip: { onPut: () => ({ written: false, heard: false }) } },
  { name: 'another fact stands there', trip: { recorded: another, onPut: () => ({ written: true, heard: true }) } },
  { name: 'nobody can look', trip: { canRead: false, onPut: () => ({ written: true, heard: false }) } },
])('$name: the saga ends as RecordingFailed, a person is told, the traveller is not', async ({ trip }) => {
  const { outcome, told, reported } = await book(trip);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'RecordingFailed' });
  expect({ told, reported }).toEqual({ told: [], reported: ['travel.trip.compensation-failed.v1'] });
});
