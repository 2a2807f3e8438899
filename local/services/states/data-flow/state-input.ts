import type { StateVisit } from '../execution/state-visit.ts';
import { fillJsonataTemplate, jsonataView } from './jsonata-template.ts';
import { pathView, readFieldPath } from './path-view.ts';
import { fillPayloadTemplate } from './payload-template.ts';

/** A state's input after `InputPath` (JSONPath), or as it came (JSONata). */
export function effectiveInput(visit: StateVisit): unknown {
  const { InputPath } = visit.state;
  if (visit.language === 'JSONata' || InputPath === undefined) return visit.input;
  return InputPath === null ? {} : readFieldPath(String(InputPath), pathView(visit, visit.input));
}

/** What a state works on: `InputPath` and `Parameters`, or `Arguments`. */
export async function stateArguments(visit: StateVisit): Promise<unknown> {
  if (visit.language === 'JSONata') {
    const { Arguments } = visit.state;
    return Arguments === undefined ? visit.input : fillJsonataTemplate(Arguments, jsonataView(visit), 'Arguments');
  }
  const input = effectiveInput(visit);
  const { Parameters } = visit.state;
  return Parameters === undefined ? input : fillPayloadTemplate(Parameters, pathView(visit, input));
}
