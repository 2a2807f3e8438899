import { fillTypedField } from '../data-flow/expected-type.ts';
import { jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView } from '../data-flow/path-view.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { type OutputFields, outcomeOfInput } from '../data-flow/state-output.ts';
import { StateFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { type ChoiceRule, matchesRule } from './choice-rule.ts';

/** One entry of `Choices`. */
interface Choice extends OutputFields {
  readonly Next: string;
  readonly Condition?: unknown;
}

/** Choice: goes on with the first rule that holds, or with `Default`. */
export async function choiceState(visit: StateVisit): Promise<StateOutcome> {
  const input = effectiveInput(visit);
  const chosen = visit.language === 'JSONata' ? await byCondition(visit) : byRule(visit, input);
  if (chosen) return { ...(await outcomeOfInput(visit, input, chosen)), next: chosen.Next };
  const { Default } = visit.state;
  if (Default === undefined) {
    const cause = `Failed to transition out of the state '${visit.name}'. The state does not point to a next state.`;
    throw new StateFailure({ error: 'States.NoChoiceMatched', cause });
  }
  return { ...(await outcomeOfInput(visit, input)), next: String(Default) };
}

function choices(visit: StateVisit): readonly Choice[] {
  return visit.state.Choices as readonly Choice[]; // validated with the definition
}

async function byCondition(visit: StateVisit): Promise<Choice | undefined> {
  const view = jsonataView(visit);
  for (const [index, choice] of choices(visit).entries()) {
    const name = `Choices[${index}]/Condition`;
    if (await fillTypedField({ name, template: choice.Condition, expected: 'boolean' }, view)) return choice;
  }
  return undefined;
}

function byRule(visit: StateVisit, input: unknown): Choice | undefined {
  const view = pathView(visit, input);
  return choices(visit).find(choice => matchesRule(choice as ChoiceRule, view)); // the same object, seen as a rule
}
