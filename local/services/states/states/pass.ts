import { stateArguments } from '../data-flow/state-input.ts';
import { outcomeOfInput, outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';

/** Pass: hands on its input, or the literal in `Result`. */
export async function passState(visit: StateVisit): Promise<StateOutcome> {
  if (visit.language === 'JSONata') return outcomeOfInput(visit, visit.input);
  const input = await stateArguments(visit);
  return outcomeOfResult(visit, 'Result' in visit.state ? visit.state.Result : input);
}
