import {
  accepted,
  type CloudEvent,
  type EventParser,
  type EventProblem,
  eventProblem,
  parseRfc3339,
  type Result,
  refused,
} from '../../core/index.ts';

/** Rules of the door, beyond what an event's contract says. */
export interface DoorRules {
  readonly nowMs: number;
  /** Whether events older than `MAX_AGE_MS` may pass: the producer says that it fills in the past. */
  readonly backfill: boolean;
  readonly parse: EventParser;
  /** A new name for an acceptance. */
  readonly acceptance: () => string;
}

/** How far ahead of our clock an event may be: producers' clocks are a little off. */
export const MAX_AHEAD_MS = 5 * 60 * 1000;
/** How old an event may be without `millrace-backfill: true`. */
export const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;
/** Largest event, as it is sent on: every hop behind the door takes it whole. */
export const MAX_EVENT_BYTES = 240 * 1024;

/** Judges one event; an accepted one comes back as it goes into the log. */
export function judgeEvent(value: unknown, rules: DoorRules): Result<CloudEvent, EventProblem> {
  const parsed = rules.parse(value);
  if (!parsed.ok) return parsed;
  const problem = timeProblem(parsed.value, rules);
  if (problem) return refused(problem);
  const event = {
    ...parsed.value,
    partitionkey: parsed.value.subject,
    ingestedtime: new Date(rules.nowMs).toISOString(),
    acceptance: rules.acceptance(),
  };
  const sizeBytes = Buffer.byteLength(JSON.stringify(event));
  if (sizeBytes <= MAX_EVENT_BYTES) return accepted(event);
  return refused(
    eventProblem('', sizeBytes, `an event must be at most ${MAX_EVENT_BYTES} bytes, received ${sizeBytes}`),
  );
}

function timeProblem(event: CloudEvent, rules: DoorRules): EventProblem | undefined {
  const ageMs = rules.nowMs - (parseRfc3339(event.time) ?? 0); // the envelope has been parsed
  if (ageMs < -MAX_AHEAD_MS) return eventProblem('time', event.time, 'must not be more than 5 minutes in the future');
  if (ageMs <= MAX_AGE_MS || rules.backfill) return undefined;
  return eventProblem(
    'time',
    event.time,
    'must not be more than 7 days ago, unless the request says millrace-backfill: true',
  );
}
