import { fillJsonataTemplate, jsonataView } from '../data-flow/jsonata-template.ts';
import { findAtPath, pathView } from '../data-flow/path-view.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { outcomeOfInput } from '../data-flow/state-output.ts';
import { pause } from '../execution/abort.ts';
import { noted } from '../execution/notes.ts';
import { queryFailure, runtimeFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { jsonKind } from '../json-object.ts';
import { parseTimestamp } from '../timestamp.ts';

/** The longest wait: a year. */
const LONGEST_SECONDS = 99_999_999;

/** Wait: a number of seconds, or until a moment. */
export async function waitState(visit: StateVisit): Promise<StateOutcome> {
  const input = effectiveInput(visit);
  const { clock } = visit.setting.cloud;
  const untilMs = await noted(visit, 'untilMs', () =>
    visit.language === 'JSONata' ? jsonataEnd(visit) : jsonPathEnd(visit, input),
  );
  const delayMs = untilMs - clock.now();
  if (delayMs > 0) await pause(clock, delayMs, visit.signal);
  return outcomeOfInput(visit, input);
}

async function jsonataEnd(visit: StateVisit): Promise<number> {
  const field = 'Seconds' in visit.state ? 'Seconds' : 'Timestamp';
  const value = await fillJsonataTemplate(visit.state[field], jsonataView(visit), field);
  return field === 'Seconds' ? secondsEnd(visit, value) : jsonataTimestamp(value);
}

function secondsEnd(visit: StateVisit, value: unknown): number {
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > LONGEST_SECONDS) {
    const found = `'${jsonKind(value)}' for value: ${JSON.stringify(value)}`;
    throw queryFailure(
      `The Seconds field must be an integer between 0 and ${LONGEST_SECONDS}, but was ${found}`,
      'Seconds',
    );
  }
  return visit.setting.cloud.clock.now() + Number(value) * 1000;
}

function jsonataTimestamp(value: unknown): number {
  const ms = parseTimestamp(value);
  if (ms !== undefined) return ms;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw queryFailure(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`,
    'Timestamp',
  );
}

function jsonPathEnd(visit: StateVisit, input: unknown): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = visit.state;
  const nowMs = visit.setting.cloud.clock.now();
  if (Seconds !== undefined) return nowMs + Number(Seconds) * 1000;
  if (SecondsPath !== undefined) return nowMs + secondsAtPath(visit, input, String(SecondsPath)) * 1000;
  if (Timestamp !== undefined) return parseTimestamp(Timestamp) ?? nowMs; // a literal was checked with the definition
  return timestampAtPath(visit, input, String(TimestampPath));
}

function secondsAtPath(visit: StateVisit, input: unknown, path: string): number {
  const found = findAtPath(path, pathView(visit, input));
  if (!found) throw runtimeFailure(`The SecondsPath parameter does not reference an input value: ${path}`);
  const seconds = found.value;
  if (typeof seconds === 'number' && seconds < 0) {
    throw runtimeFailure(`The SecondsPath parameter references a negative value: ${path} == ${seconds}`);
  }
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds <= LONGEST_SECONDS) return seconds;
  throw runtimeFailure(
    `The SecondsPath parameter does not reference a valid integer: ${path} == ${JSON.stringify(seconds)}`,
  );
}

function timestampAtPath(visit: StateVisit, input: unknown, path: string): number {
  const found = findAtPath(path, pathView(visit, input));
  if (!found) throw runtimeFailure(`The TimestampPath parameter does not reference an input value: ${path}`);
  const ms = parseTimestamp(found.value);
  if (ms !== undefined) return ms;
  const shown = typeof found.value === 'string' ? found.value : JSON.stringify(found.value);
  throw runtimeFailure(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
  );
}
