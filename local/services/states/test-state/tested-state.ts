import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Diagnostic } from '../definition/diagnostic.ts';
import type { QueryLanguage, StateDefinition } from '../definition/state-definition.ts';
import { validateDefinition } from '../definition/validate-definition.ts';
import { parseTaskResource } from '../integrations/task-resource.ts';
import { isJsonObject } from '../json-object.ts';

/** The name of a state that is given without a machine. */
const UNNAMED = 'StateName';

/** The state that a `TestState` request is about. */
export interface TestedState {
  readonly name: string;
  readonly state: StateDefinition;
  readonly language: QueryLanguage;
}

export interface TestedDefinition {
  /** A state, or a whole machine. */
  readonly definition: unknown;
  /** The state to test, where a machine is given. */
  readonly stateName: unknown;
  readonly mocked: boolean;
}

/** Finds and validates the state under test. @throws AwsError (InvalidDefinition, ValidationException) */
export function testedState({ definition, stateName, mocked }: TestedDefinition): TestedState {
  const given = parsed(definition);
  const isMachine = isJsonObject(given) && 'States' in given;
  if (stateName === '') throw new AwsError('ValidationException', lengthRule());
  const name = stateName === undefined ? UNNAMED : String(stateName);
  const machine = isMachine ? given : { StartAt: UNNAMED, States: { [UNNAMED]: given } };
  const found = findState(machine, name, '');
  if (!found) throw new AwsError('ValidationException', 'State not found in definition');
  const text = isMachine ? String(definition) : JSON.stringify(machine);
  refuseInvalid(text, diagnostic => !isExcused(diagnostic, { found, machine, alone: !isMachine, mocked }));
  const state = found.state as StateDefinition; // validated just now
  const machineLanguage = isJsonObject(machine) ? machine.QueryLanguage : undefined;
  return { name, state, language: (state.QueryLanguage ?? machineLanguage ?? 'JSONPath') as QueryLanguage }; // as validated
}

function lengthRule(): string {
  const rule = 'Member must have length greater than or equal to 1';
  return `1 validation error detected: Value '' at 'stateName' failed to satisfy constraint: ${rule}`;
}

function parsed(definition: unknown): unknown {
  const text = String(definition ?? '');
  try {
    return JSON.parse(text);
  } catch {
    return refuseInvalid(text, () => true);
  }
}

interface FoundState {
  readonly state: JsonObject;
  /** A JSON pointer into the machine. */
  readonly location: string;
}

/** The state of this name, at any depth. */
function findState(graph: unknown, name: string, location: string): FoundState | undefined {
  if (!isJsonObject(graph) || !isJsonObject(graph.States)) return undefined;
  for (const [key, state] of Object.entries(graph.States)) {
    if (!isJsonObject(state)) continue;
    const at = `${location}/States/${key}`;
    if (key === name) return { state, location: at };
    const inside = innerGraphs(state).map(inner => findState(inner.graph, name, `${at}/${inner.field}`));
    const found = inside.find(place => place !== undefined);
    if (found) return found;
  }
  return undefined;
}

function innerGraphs(state: JsonObject): { readonly graph: unknown; readonly field: string }[] {
  const branches = Array.isArray(state.Branches) ? state.Branches : [];
  return [
    { graph: state.ItemProcessor, field: 'ItemProcessor' },
    { graph: state.Iterator, field: 'Iterator' },
    ...branches.map((graph: unknown, index) => ({ graph, field: `Branches[${index}]` })),
  ];
}

/** The names of the states inside a state, at any depth. */
export function innerStateNames(state: JsonObject): string[] {
  return innerGraphs(state).flatMap(({ graph }) => {
    if (!isJsonObject(graph) || !isJsonObject(graph.States)) return [];
    return Object.entries(graph.States).flatMap(([name, inner]) => [
      name,
      ...(isJsonObject(inner) ? innerStateNames(inner) : []),
    ]);
  });
}

interface Excuse {
  readonly found: FoundState;
  readonly machine: unknown;
  /** The state came without its machine, so that its transitions lead nowhere. */
  readonly alone: boolean;
  readonly mocked: boolean;
}

/** What a test does not mind: transitions of a lone state, and services that it never calls. */
function isExcused(diagnostic: Diagnostic, { found, machine, alone, mocked }: Excuse): boolean {
  const location = diagnostic.location ?? '';
  if (alone && diagnostic.code.startsWith('MISSING_')) return true;
  const isResource = location.endsWith('/Resource');
  const isCalled = !mocked && location === `${found.location}/Resource`;
  return isResource && !isCalled && parseTaskResource(String(valueAt(machine, location))) !== undefined;
}

function valueAt(value: unknown, location: string): unknown {
  const steps = location
    .slice(1)
    .replace(/\[(\d+)\]/g, '/$1')
    .split('/');
  let at: unknown = value;
  for (const step of steps) {
    at = Array.isArray(at) ? at[Number(step)] : isJsonObject(at) ? at[step] : undefined;
  }
  return at;
}

function refuseInvalid(text: string, counts: (diagnostic: Diagnostic) => boolean): void {
  const { diagnostics } = validateDefinition(text, 'STANDARD');
  const errors = diagnostics.filter(diagnostic => diagnostic.severity === 'ERROR' && counts(diagnostic));
  if (errors.length === 0) return;
  const reasons = errors.map(
    ({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`,
  );
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reasons.join(', ')}'`);
}
