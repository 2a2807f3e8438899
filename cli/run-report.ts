/** What a bounded run comes to: the equation of promise 1, and how fast it went. */
import type { Evidence } from './evidence.ts';
import { type Flow, outstanding, sagasOutstanding } from './flow.ts';
import { NONE_UNCOUNTED } from './ledger-report.ts';

/** What the producers were told, from their side of the HTTP API. */
export interface ProducerCounts {
  /** Events that were answered `accepted` or `quarantined`. */
  readonly events: number;
  /** Bookings that were answered 202. */
  readonly bookings: number;
}

export interface RunReport {
  readonly startedInMs: number;
  readonly accepted: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly parked: number;
  readonly inFlight: number;
  readonly unexplained: number;
  readonly sagas: { readonly completed: number; readonly compensated: number; readonly failed: number };
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What AWS would have billed by use for the behaviour path; 0 when no event came. */
  readonly usdPerMillionEvents: number;
}

export interface RunFacts {
  readonly startedInMs: number;
  /** How long events were sent, ms. */
  readonly sendingMs: number;
  readonly producers: ProducerCounts;
  /** What had been counted before they began, by earlier starts on the same data. */
  readonly before: ProducerCounts;
  /** Of the behaviour path. @default no event came */
  readonly usdPerMillionEvents?: number | undefined;
  /** Whether the flow came to rest: nothing moved any more when it was last read. */
  readonly atRest: boolean;
  /** What is durably there, looked at because the counts did not add up. @default they did */
  readonly evidence?: Evidence;
}

/** Whether everything that was counted in was counted out: if not, although the flow is at rest, the evidence has to say why. */
export function addsUp(flow: Flow): boolean {
  return outstanding(flow) === 0 && sagasOutstanding(flow) === 0;
}

/**
 * What was done and not counted is taken from the evidence. `unexplained` is the sum of three differences, each of which must be zero: accepted events that are in no final state
 * although the flow is at rest, events that producers and collector count differently, and bookings without an end.
 */
export function runReport(flow: Flow, facts: RunFacts): RunReport {
  const { counts } = flow;
  const { ledger, sagasOpen = sagasOutstanding(flow) } = facts.evidence ?? {};
  const uncounted = ledger?.uncounted ?? NONE_UNCOUNTED;
  const { applied, duplicate, parked, quarantined } = uncounted;
  const notEnded = outstanding(flow) + uncounted.accepted - applied - duplicate - parked - quarantined;
  const eventsLost = Math.max(Math.abs(notEnded), ledger?.unexplainedCount ?? 0);
  const lost = facts.atRest ? eventsLost + Math.abs(sagasOpen) : 0;
  const disagreed =
    Math.abs(counts.accepted - facts.before.events - facts.producers.events) +
    Math.abs(counts.bookingsAccepted - facts.before.bookings - facts.producers.bookings);
  return {
    startedInMs: Math.round(facts.startedInMs),
    accepted: counts.accepted + uncounted.accepted,
    applied: counts.applied + uncounted.applied,
    duplicates: counts.duplicates + uncounted.duplicate,
    quarantined: counts.quarantinedAtDoor + counts.quarantinedOnStream + uncounted.quarantined,
    parked: counts.parked + uncounted.parked,
    inFlight: facts.atRest ? 0 : Math.max(0, notEnded),
    unexplained: lost + disagreed,
    sagas: { completed: counts.sagasCompleted, compensated: counts.sagasCompensated, failed: flow.sagasFailed },
    eventsPerSecond: Math.round(((counts.accepted - facts.before.events) / Math.max(1, facts.sendingMs)) * 10_000) / 10,
    p50Ms: Math.round(flow.latency?.p50Ms ?? 0),
    p99Ms: Math.round(flow.latency?.p99Ms ?? 0),
    usdPerMillionEvents: Math.round((facts.usdPerMillionEvents ?? 0) * 1e4) / 1e4,
  };
}
