import { fillTypedField } from '../data-flow/expected-type.ts';
import { jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView, readFieldPath } from '../data-flow/path-view.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { runtimeFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';

/** How long a task may take, in seconds; undefined when nothing bounds it. */
export interface TaskLimits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

export async function taskLimits(visit: StateVisit): Promise<TaskLimits> {
  return {
    timeoutSeconds: await seconds(visit, 'TimeoutSeconds'),
    heartbeatSeconds: await seconds(visit, 'HeartbeatSeconds'),
  };
}

async function seconds(visit: StateVisit, name: 'TimeoutSeconds' | 'HeartbeatSeconds'): Promise<number | undefined> {
  const literal = visit.state[name];
  if (visit.language === 'JSONata') {
    if (literal === undefined) return undefined;
    return Number(await fillTypedField({ name, template: literal, expected: 'integer' }, jsonataView(visit)));
  }
  const path = visit.state[`${name}Path`];
  if (path === undefined) return literal === undefined ? undefined : Number(literal);
  const value = readFieldPath(String(path), pathView(visit, effectiveInput(visit)));
  if (Number.isInteger(value) && Number(value) > 0) return Number(value);
  throw runtimeFailure(
    `The ${name}Path parameter does not reference a positive integer: ${path} == ${JSON.stringify(value)}`,
  );
}
