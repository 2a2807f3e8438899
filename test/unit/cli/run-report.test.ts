import { expect, test } from 'vitest';
import type { Flow, FlowCount } from '../../../cli/flow.ts';
import { runReport } from '../../../cli/run-report.ts';

const BALANCED = {
  accepted: 100,
  applied: 90,
  duplicates: 4,
  quarantinedAtDoor: 3,
  quarantinedOnStream: 1,
  parked: 2,
  bookingsAccepted: 5,
  sagasCompleted: 4,
  sagasCompensated: 1,
};

function flowOf(changes: Partial<Record<FlowCount, number>> = {}): Flow {
  const counts = { refused: 0, overflowed: 0, drained: 0, published: 0, publishFailed: 0, salesConsumed: 0 };
  const rest = { salesDuplicates: 0, tripsConsumed: 0, sagasStarted: 5 };
  return { atMs: 0, counts: { ...counts, ...rest, ...BALANCED, ...changes }, sagasFailed: 0, latency: undefined };
}

const FACTS = {
  startedInMs: 1234.5,
  sendingMs: 2000,
  producers: { events: 100, bookings: 5 },
  before: { events: 0, bookings: 0 },
  atRest: true,
};

test('runReport of a flow in which everything has ended explains everything', () => {
  expect(runReport(flowOf(), FACTS)).toMatchObject({
    accepted: 100,
    quarantined: 4,
    inFlight: 0,
    unexplained: 0,
    sagas: { completed: 4, compensated: 1, failed: 0 },
    eventsPerSecond: 50,
  });
});

test.each([
  ['an event that was accepted and never applied', { applied: 89 }, 1],
  ['an event that was applied twice', { applied: 91 }, 1],
  ['a saga that never ended', { sagasCompleted: 3 }, 1],
  ['events that the collector did not count', { accepted: 98, applied: 88 }, 2],
])('runReport at rest calls it unexplained: %s', (_name, changes, unexplained) => {
  expect(runReport(flowOf(changes), FACTS).unexplained).toBe(unexplained);
});

test('runReport of a flow that still moves calls what is open in flight, not unexplained', () => {
  const report = runReport(flowOf({ applied: 80 }), { ...FACTS, atRest: false });
  expect(report).toMatchObject({ inFlight: 10, unexplained: 0 });
});
