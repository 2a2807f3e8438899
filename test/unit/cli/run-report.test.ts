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

const LEDGER = {
  from: '',
  to: '',
  hops: {},
  explained: [],
  unexplained: [],
  unexplainedCount: 0,
  uncounted: { accepted: 0, applied: 0, duplicate: 0, parked: 0, quarantined: 0 },
};

test('runReport adds what was done and not counted, as the evidence says, and finds nothing unexplained', () => {
  const ledger = { ...LEDGER, uncounted: { accepted: 0, applied: 7, duplicate: 1, parked: 1, quarantined: 0 } };
  const flow = flowOf({ applied: 83, duplicates: 3, parked: 1, sagasCompleted: 3 });
  expect(runReport(flow, { ...FACTS, evidence: { ledger, sagasOpen: 0 } })).toMatchObject({
    accepted: 100,
    applied: 90,
    duplicates: 4,
    parked: 2,
    unexplained: 0,
  });
  expect(runReport(flow, FACTS).unexplained).toBe(10);
});

test.each([
  [
    'an event that the reconciler names',
    { applied: 89 },
    { ledger: { ...LEDGER, unexplainedCount: 1 }, sagasOpen: 0 },
    1,
  ],
  ['what the evidence does not cover either', { applied: 88 }, { ledger: LEDGER, sagasOpen: 0 }, 2],
  ['a booking without an end', { sagasCompleted: 3 }, { ledger: LEDGER, sagasOpen: 1 }, 1],
])('runReport with evidence still calls it unexplained: %s', (_name, changes, evidence, unexplained) => {
  expect(runReport(flowOf(changes), { ...FACTS, evidence }).unexplained).toBe(unexplained);
});

test('runReport of a flow that still moves calls what is open in flight, not unexplained', () => {
  const report = runReport(flowOf({ applied: 80 }), { ...FACTS, atRest: false });
  expect(report).toMatchObject({ inFlight: 10, unexplained: 0 });
});
