import type { JsonObject } from '../../../cloud/service.ts';
import type { QueryLanguage, StateDefinition, StateGraph } from '../definition/state-definition.ts';
import { choiceState } from '../states/choice.ts';
import { failState } from '../states/fail.ts';
import { mapState } from '../states/map.ts';
import { parallelState } from '../states/parallel.ts';
import { passState } from '../states/pass.ts';
import { succeedState } from '../states/succeed.ts';
import { taskState } from '../states/task.ts';
import { waitState } from '../states/wait.ts';
import { throwIfAborted } from './abort.ts';
import { LARGEST_PAYLOAD_BYTES } from './payload-limit.ts';
import { newStep, progressWithin, type Step } from './progress.ts';
import { withRetryAndCatch } from './retry-and-catch.ts';
import { BranchAborted, dataLimitFailure } from './state-failure.ts';
import type { Branch, StateOutcome, StateVisit } from './state-visit.ts';

type StateKind = (visit: StateVisit) => Promise<StateOutcome>;

const KINDS: Readonly<Record<StateDefinition['Type'], StateKind>> = {
  Task: taskState,
  Pass: passState,
  Choice: choiceState,
  Wait: waitState,
  Parallel: parallelState,
  Map: mapState,
  Succeed: succeedState,
  Fail: failState,
};

/** States that say so in the history when their branch is ended from outside. */
const NOTED_WHEN_ABORTED = new Set<string>(['Task', 'Wait', 'Parallel', 'Map']);

/**
 * Runs states from `StartAt`, or from where the branch's progress stands, to an end.
 *
 * @returns the last state's output @throws StateFailure, BranchAborted
 */
export async function runStates(branch: Branch, graph: StateGraph, input: unknown): Promise<unknown> {
  const { progress, setting } = branch;
  const language = graph.QueryLanguage ?? setting.language;
  let resumed = progress.at;
  const start = resumed ?? progress.next ?? { name: graph.StartAt, input };
  let name: string | undefined = start.name;
  let data = start.input;
  while (name !== undefined) {
    if (!resumed) throwIfAborted(branch.signal); // a state that was entered ends in its own way
    const arrival = { name, state: stateNamed(graph, name), language, input: data };
    progress.at = resumed ?? enter(branch, arrival);
    resumed = undefined;
    const visit = visitOf(branch, arrival, progress.at);
    const outcome = await work(visit);
    data = outcome.output;
    name = leave(visit, outcome);
    for (const left of progressWithin(progress)) setting.changed(left);
    progress.at = undefined;
    if (name !== undefined) progress.next = { name, input: data };
  }
  return data;
}

function stateNamed(graph: StateGraph, name: string): StateDefinition {
  const state = graph.States[name];
  if (!state) throw new Error(`Cannot run state '${name}': the validated definition lacks it`);
  return state;
}

interface Arrival {
  readonly name: string;
  readonly state: StateDefinition;
  readonly language: QueryLanguage;
  readonly input: unknown;
}

function enter({ setting, thread }: Branch, { name, state, input }: Arrival): Step {
  const previousEventId = thread.lastEventId;
  const details = { name, input: JSON.stringify(input), inputDetails: { truncated: false } };
  const enteredEventId = setting.history.add(thread, `${state.Type}StateEntered`, details);
  setting.countTransition();
  const enteredTime = new Date(setting.cloud.clock.now()).toISOString();
  return newStep({ name, input, previousEventId, enteredEventId, enteredTime });
}

function visitOf(branch: Branch, arrival: Arrival, step: Step): StateVisit {
  const { previousEventId, enteredEventId, enteredTime } = step;
  return {
    ...branch,
    ...arrival,
    language: arrival.state.QueryLanguage ?? arrival.language,
    previousEventId,
    enteredEventId,
    enteredTime,
    step,
    retryCount: step.attempts.reduce((sum, attempts) => sum + attempts, 0),
  };
}

/** Does the state's own work once: no retries, no catchers. @throws StateFailure, BranchAborted */
export async function performState(visit: StateVisit): Promise<StateOutcome> {
  return withinLimit(visit, await KINDS[visit.state.Type](visit));
}

async function work(visit: StateVisit): Promise<StateOutcome> {
  const threadBefore = visit.thread;
  try {
    return await withRetryAndCatch(visit, () => performState(visit));
  } catch (error) {
    if (error instanceof BranchAborted && NOTED_WHEN_ABORTED.has(visit.state.Type)) {
      visit.setting.history.add(threadBefore, `${visit.state.Type}StateAborted`);
    }
    throw error;
  }
}

function withinLimit(visit: StateVisit, outcome: StateOutcome): StateOutcome {
  const text = JSON.stringify(outcome.output);
  if (Buffer.byteLength(text) > LARGEST_PAYLOAD_BYTES) throw dataLimitFailure(visit.name);
  return outcome;
}

/** @returns the name of the next state, or undefined at an end */
function leave(visit: StateVisit, outcome: StateOutcome): string | undefined {
  const { history } = visit.setting;
  if (outcome.assigned) visit.scope.assign(outcome.assigned);
  const details = {
    name: visit.name,
    output: JSON.stringify(outcome.output),
    outputDetails: { truncated: false },
    ...(outcome.assigned ? assignedDetails(outcome.assigned) : {}),
  };
  history.add(visit.thread, `${visit.state.Type}StateExited`, details);
  return outcome.next ?? visit.state.Next;
}

function assignedDetails(assigned: JsonObject): JsonObject {
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}
