import type { StateVisit } from '../execution/state-visit.ts';
import { fillJsonataTemplate, jsonataView } from './jsonata-template.ts';
import { pathView, readFieldPath } from './path-view.ts';
import { fillPayloadTemplate } from './payload-template.ts';

/** A state's input after `InputPath` (JSONPath), or as it came (JSONata). */
export function effectiveInput(visit: StateVisit): unknown {
  if (visit.language === 'JSONata') return visit.input;
  const input = inputAfterPath(visit);
  visit.setting.test?.note('afterInputPath', input);
  return input;
}

function inputAfterPath(visit: StateVisit): unknown {
  const { InputPath } = visit.state;
  if (InputPath === undefined) return visit.input;
  return InputPath === null ? {} : readFieldPath(String(InputPath), pathView(visit, visit.input));
}

/** What a state works on: `InputPath` and `Parameters`, or `Arguments`. */
export async function stateArguments(visit: StateVisit): Promise<unknown> {
  if (visit.language === 'JSONata') {
    const { Arguments } = visit.state;
    const filled =
      Arguments === undefined ? visit.input : await fillJsonataTemplate(Arguments, jsonataView(visit), 'Arguments');
    visit.setting.test?.note('afterArguments', filled);
    return filled;
  }
  const input = effectiveInput(visit);
  const { Parameters } = visit.state;
  const filled = Parameters === undefined ? input : fillPayloadTemplate(Parameters, pathView(visit, input));
  visit.setting.test?.note('afterParameters', filled);
  return filled;
}
