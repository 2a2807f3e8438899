import { fillTypedField } from '../data-flow/expected-type.ts';
import { jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView } from '../data-flow/path-view.ts';
import { evaluateExpression } from '../data-flow/payload-template.ts';
import { runtimeFailure, StateFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';

/** Fail: ends the branch with an error. */
export async function failState(visit: StateVisit): Promise<StateOutcome> {
  if (visit.language === 'JSONPath') visit.setting.test?.note('afterInputPath', visit.input);
  const error = await text(visit, 'Error');
  const cause = await text(visit, 'Cause');
  throw new StateFailure({ error, cause });
}

async function text(visit: StateVisit, field: 'Error' | 'Cause'): Promise<string | undefined> {
  const literal = visit.state[field];
  if (visit.language === 'JSONata') {
    if (literal === undefined) return undefined;
    return String(await fillTypedField({ name: field, template: literal, expected: 'string' }, jsonataView(visit)));
  }
  const path = visit.state[`${field}Path`];
  if (path === undefined) return literal === undefined ? undefined : String(literal);
  const value = evaluateExpression(String(path), pathView(visit, visit.input), `${field}Path`);
  if (typeof value === 'string') return value;
  throw runtimeFailure(`The ${field}Path '${path}' does not reference a string: ${JSON.stringify(value)}`);
}
