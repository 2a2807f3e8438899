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

/** Runs states from `StartAt` to an end. @returns the last state's output @throws StateFailure, BranchAborted */
export async function runStates(branch: Branch, graph: StateGraph, input: unknown): Promise<unknown> {
  const language = graph.QueryLanguage ?? branch.setting.language;
  let name: string | undefined = graph.StartAt;
  let data = input;
  while (name !== undefined) {
    throwIfAborted(branch.signal);
    const visit = enter(branch, { name, state: stateNamed(graph, name), language, input: data });
    const outcome = await work(visit);
    data = outcome.output;
    name = leave(visit, outcome);
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

function enter(branch: Branch, arrival: Arrival): StateVisit {
  const { history, cloud } = branch.setting;
  const previousEventId = branch.thread.lastEventId;
  const details = { name: arrival.name, input: JSON.stringify(arrival.input), inputDetails: { truncated: false } };
  const enteredEventId = history.add(branch.thread, `${arrival.state.Type}StateEntered`, details);
  return {
    ...branch,
    ...arrival,
    language: arrival.state.QueryLanguage ?? arrival.language,
    previousEventId,
    enteredEventId,
    enteredTime: new Date(cloud.clock.now()).toISOString(),
    retryCount: 0,
  };
}

async function work(visit: StateVisit): Promise<StateOutcome> {
  const threadBefore = visit.thread;
  try {
    return await withRetryAndCatch(visit, async () => withinLimit(visit, await KINDS[visit.state.Type](visit)));
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
