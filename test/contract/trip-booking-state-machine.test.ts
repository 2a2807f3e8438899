import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { parseTravelFact } from '../../domains/travel/events/fact-contracts.ts';
import { sagaInput } from '../../domains/travel/saga/saga-input.ts';
import { bookingRequested } from '../support/travel-events.ts';

/** The package brings no types. */
type AslValidator = (definition: unknown) => { isValid: boolean; errorsText: (separator: string) => string };
const validateAsl: AslValidator = createRequire(import.meta.url)('asl-validator');

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Arguments?: Record<string, unknown>;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly MaxDelaySeconds?: number;
    readonly JitterStrategy?: string;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Machine[];
  readonly TimeoutSeconds?: number;
}

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const text = await readFile(new URL('../../statemachines/trip-booking.asl.json', import.meta.url), 'utf8');
const placeholders = [
  'InventoryFunctionArn',
  'PaymentFunctionArn',
  'NotificationFunctionArn',
  'TripEventsTableName',
  'EventBusName',
];
const machine = JSON.parse(text) as Machine;
const states = Object.entries(statesOf(machine));
const tasks = states.filter(([, state]) => state.Type === 'Task');

describe('trip-booking state machine', () => {
  it('is valid in the States Language', () => {
    const filled = text.replace(/\$\{(\w+)\}/g, 'arn:aws:lambda:eu-west-1:000000000000:function:$1');
    const { isValid, errorsText } = validateAsl(JSON.parse(filled));
    expect(isValid, errorsText('\n')).toBe(true);
  });

  it('leaves exactly the agreed names open', () => {
    const open = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    expect([...open].sort()).toEqual([...placeholders].sort());
  });

  it.each(tasks)('%s: has a time limit and tries again with back-off, jitter and a longest wait', (_, state) => {
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    const tried = state.Retry?.filter(retry => retry.MaxAttempts > 0) ?? [];
    expect(tried.length).toBeGreaterThan(0);
    for (const retry of tried)
      expect(retry).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
  });

  it('never tries a refusal again', () => {
    const refusals = [
      'InsufficientInventory',
      'PaymentDeclined',
      'PaymentMissing',
      'PaymentVoided',
      'ReservationMissing',
      'ReservationReleased',
    ];
    for (const name of [
      'Reserve flight',
      'Reserve hotel',
      'Authorise payment',
      'Confirm reservations',
      'Capture payment',
    ]) {
      const state = statesOf(machine)[name];
      expect([...(state?.Retry?.[0]?.ErrorEquals ?? [])].sort()).toEqual(refusals);
      expect(state?.Retry?.[0]?.MaxAttempts).toBe(0);
    }
  });

  it('undoes after any failure before the money is taken; no later failure undoes', () => {
    const caughtBy = (name: string) => machine.States[name]?.Catch?.at(-1)?.Next;
    for (const name of ['Reserve', 'Authorise payment', 'Confirm reservations', 'Capture payment']) {
      expect(caughtBy(name)).toBe('Undo payment?');
    }
    expect(caughtBy('Record confirmed')).toBe('Look for confirmed');
    expect(caughtBy('Look for confirmed')).toBe('Report failure');
    expect(caughtBy('Notify confirmed')).toBe('Completed');
  });

  it('goes back in reverse order: payment, hotel, flight', () => {
    const order = [
      'Void payment',
      'Release hotel?',
      'Release hotel',
      'Release flight?',
      'Release flight',
      'Record cancelled',
    ];
    let at: string | undefined = 'Void payment';
    for (const name of order) {
      expect(at).toBe(name);
      const state: State | undefined = machine.States[name];
      at = state?.Choices?.[0]?.Next ?? state?.Next;
    }
  });

  it('every way back is tried hard, and its failure is reported', () => {
    for (const name of ['Void payment', 'Refund payment', 'Release hotel', 'Release flight', 'Look for cancelled']) {
      const state = machine.States[name];
      expect(Math.max(...(state?.Retry ?? []).map(retry => retry.MaxAttempts))).toBeGreaterThanOrEqual(10);
      expect(state?.Catch?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'Report failure' });
    }
  });

  it('records facts that keep their contracts', async () => {
    const bindings = {
      trip: sagaInput(bookingRequested),
      paymentId: 'pay-1',
      failure: { Error: 'PaymentDeclined', Cause: 'no' },
      cancelledBy: { Error: 'PaymentDeclined' },
    };
    for (const name of ['Record confirmed', 'Record cancelled']) {
      const item = Object(machine.States[name]?.Arguments?.Item) as { event: { S: string } };
      const written = await evaluate(item.event.S, bindings);
      expect(parseTravelFact(JSON.parse(String(written)))).toMatchObject({ ok: true, value: { subject: 'trip-0001' } });
    }
    const [entry] = Object(machine.States['Report failure']?.Arguments?.Entries) as { Detail: string }[];
    expect(parseTravelFact(await evaluate(entry?.Detail ?? '', bindings))).toMatchObject({ ok: true });
  });

  it('asks to confirm only the legs that a trip has', async () => {
    const payload = String(machine.States['Confirm reservations']?.Arguments?.Payload);
    const { hotel: _hotel, ...flightOnly } = sagaInput(bookingRequested);
    expect(await evaluate(payload, { trip: flightOnly })).toEqual({
      step: 'confirm',
      tripId: 'trip-0001',
      flight: { flightNumber: 'MR101', seats: 2 },
    });
  });
});

function statesOf({ States }: Machine): Record<string, State> {
  const inner = Object.values(States).flatMap(state => state.Branches ?? []);
  return Object.assign({}, States, ...inner.map(statesOf));
}

async function evaluate(template: string, bindings: Record<string, unknown>): Promise<unknown> {
  const result: unknown = await jsonata(template.replace(/^\{%|%\}$/g, '')).evaluate({}, bindings);
  return JSON.parse(JSON.stringify(result));
}
