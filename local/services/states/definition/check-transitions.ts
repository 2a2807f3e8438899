import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import type { DefinitionReport } from './definition-report.ts';

/** States and where they begin, as far as they are known to be objects. */
export interface StateTable {
  readonly startAt: unknown;
  readonly states: JsonObject;
}

export interface TransitionPlace {
  readonly report: DefinitionReport;
  readonly location: string;
}

/** A way from one state to another. */
interface Transition {
  readonly field: string;
  readonly target: unknown;
  readonly location: string;
}

const MISSING_TARGET = 'MISSING_TRANSITION_TARGET';

/** Checks that every transition leads to a state beside it, every state can be reached, and there is an end. */
export function checkTransitions(table: StateTable, { report, location }: TransitionPlace): void {
  const { startAt, states } = table;
  const known = (target: unknown) => typeof target === 'string' && Object.hasOwn(states, target);
  if (!known(startAt)) report.error(`Missing 'StartAt' target: ${startAt}`, `${location}/StartAt`, MISSING_TARGET);
  const reached = new Set([startAt]);
  for (const [name, state] of Object.entries(states)) {
    for (const transition of transitionsOf(state, `${location}/States/${name}`)) {
      reached.add(transition.target);
      if (known(transition.target)) continue;
      report.error(`Missing '${transition.field}' target: ${transition.target}`, transition.location, MISSING_TARGET);
    }
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name))
      report.error(`State "${name}" is not reachable.`, `${location}/States/${name}`, MISSING_TARGET);
  }
  if (!Object.values(states).some(isEnd)) {
    report.error('There must be at least one terminal state', `${location}/States`, 'MISSING_TERMINAL_STATE');
  }
}

function isEnd(state: unknown): boolean {
  return isJsonObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');
}

function transitionsOf(state: unknown, location: string): Transition[] {
  if (!isJsonObject(state)) return [];
  const own = ['Next', 'Default']
    .filter(field => state[field] !== undefined)
    .map(field => ({ field, target: state[field], location: `${location}/${field}` }));
  return [...own, ...nestedTransitions(state, 'Choices', location), ...nestedTransitions(state, 'Catch', location)];
}

function nestedTransitions(state: JsonObject, field: string, location: string): Transition[] {
  const entries = state[field];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry, index) =>
    isJsonObject(entry) && entry.Next !== undefined
      ? [{ field: 'Next', target: entry.Next, location: `${location}/${field}[${index}]/Next` }]
      : [],
  );
}
