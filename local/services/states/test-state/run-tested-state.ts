import type { JsonObject } from '../../../cloud/service.ts';
import { catcherFor, outcomeOfCatcher } from '../data-flow/caught-error.ts';
import type { StateDefinition } from '../definition/state-definition.ts';
import { ExecutionHistory } from '../execution/execution-history.ts';
import { newStep, rootProgress } from '../execution/progress.ts';
import { RetryPolicy } from '../execution/retry.ts';
import { performState, runStates } from '../execution/run-states.ts';
import { BranchAborted, errorOutput, locateFailure, StateFailure, timeoutFailure } from '../execution/state-failure.ts';
import type { InspectionStep, StateTest } from '../execution/state-test.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { VariableScope } from '../execution/variable-scope.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { TestedState } from './tested-state.ts';

/** How long a tested state may take. */
const LIMIT_MS = 5 * 60_000;

/** A state to run by itself. */
export interface StateTrial {
  readonly tested: TestedState;
  readonly roleArn: string | undefined;
  readonly input: unknown;
  readonly variables: JsonObject;
  readonly test: Omit<StateTest, 'note'>;
  /** How often the retrier that applies has retried already. */
  readonly retrierRetryCount: number;
}

/** What became of it, as `TestState` answers it. */
export interface TrialReport {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: unknown;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspection: JsonObject;
}

/** Runs one state by itself, once: what a retrier or a catcher would do is told and not done. */
export async function runTestedState(engine: StatesEngine, trial: StateTrial): Promise<TrialReport> {
  const { clock } = engine.cloud;
  const steps: Partial<Record<InspectionStep, unknown>> = {};
  const controller = new AbortController();
  const visit = visitOf(engine, trial, {
    signal: controller.signal,
    note: (step, value) => {
      steps[step] = value;
    },
  });
  const cancel = clock.schedule(LIMIT_MS, () => controller.abort());
  const inspection = () => ({ input: trial.input, ...shownSteps(trial.tested.state, steps) });
  try {
    const outcome = await performState(visit);
    return {
      status: 'SUCCEEDED',
      ...told(visit, outcome),
      inspection: { ...inspection(), ...assigned(visit, outcome) },
    };
  } catch (error) {
    const report = await failed(visit, trial, asFailure(error));
    return { ...report, inspection: { ...inspection(), ...report.inspection } };
  } finally {
    cancel();
  }
}

function asFailure(error: unknown): StateFailure {
  if (error instanceof BranchAborted) return timeoutFailure();
  if (error instanceof StateFailure) return error;
  throw error;
}

interface Watch {
  readonly signal: AbortSignal;
  readonly note: StateTest['note'];
}

function visitOf(engine: StatesEngine, trial: StateTrial, { signal, note }: Watch): StateVisit {
  const { cloud, tokens, activities, mapRuns } = engine;
  const { name, state, language } = trial.tested;
  const now = new Date(cloud.clock.now()).toISOString();
  const machine = `TestState-${cloud.ids.uuid()}`;
  const execution = cloud.ids.uuid();
  const progress = rootProgress(new VariableScope(undefined, trial.variables));
  const roleArn = trial.roleArn ?? cloud.arn('iam', 'role/none').replace(`:${cloud.region}:`, '::');
  return {
    setting: {
      cloud,
      principal: { kind: 'role', roleArn, session: execution },
      history: new ExecutionHistory(cloud.clock),
      tokens,
      activities,
      mapRuns,
      changed: () => {},
      countTransition: () => {},
      startChild: () => {
        throw new Error('Cannot start a child execution: the Map under test is mocked');
      },
      language,
      runStates,
      stateMachineContext: { Id: cloud.arn('states', `stateMachine:${machine}`), Name: machine },
      executionContext: {
        Id: cloud.arn('states', `express:${machine}:${execution}`),
        Input: trial.input,
        Name: execution,
        RoleArn: roleArn,
        StartTime: now,
      },
      test: { ...trial.test, note },
    },
    scope: progress.scope,
    thread: progress,
    progress,
    step: newStep({ name, input: trial.input, enteredEventId: 0, previousEventId: 0, enteredTime: now }),
    signal,
    name,
    state,
    language,
    input: trial.input,
    enteredEventId: 0,
    previousEventId: 0,
    enteredTime: now,
    retryCount: trial.retrierRetryCount,
  };
}

/** AWS does not show every step of every state (observed). */
function shownSteps(state: StateDefinition, steps: Readonly<Partial<Record<InspectionStep, unknown>>>): JsonObject {
  const hidden: InspectionStep[] = [];
  const literal = state.Type === 'Pass' && 'Result' in state;
  if (state.Type === 'Parallel' || literal) hidden.push('afterInputPath', 'afterParameters');
  if (state.Type !== 'Task' && !literal) hidden.push('result');
  return Object.fromEntries(Object.entries(steps).filter(([step]) => !hidden.some(name => name === step)));
}

function told(visit: StateVisit, outcome: StateOutcome): { readonly output: unknown; readonly nextState?: string } {
  const nextState = outcome.next ?? visit.state.Next;
  return { output: outcome.output, ...(nextState === undefined ? {} : { nextState }) };
}

function assigned(visit: StateVisit, outcome: StateOutcome): JsonObject {
  const variables = { ...visit.scope.all(), ...outcome.assigned };
  return Object.keys(variables).length === 0 ? {} : { variables };
}

/** As if the retrier that applies had retried that often: which one that is does not matter, since only one is asked. */
function retriedBefore({ state }: StateVisit, { retrierRetryCount }: StateTrial): number[] {
  return Array.isArray(state.Retry) ? state.Retry.map(() => retrierRetryCount) : [];
}

async function failed(visit: StateVisit, trial: StateTrial, failure: StateFailure): Promise<TrialReport> {
  const located = locateFailure(failure, visit.name, visit.enteredEventId);
  const { Error: error, Cause: cause } = errorOutput(located);
  const said = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  const policy = new RetryPolicy(visit.state.Retry, retriedBefore(visit, trial));
  const retry = policy.next(located, () => 1);
  if (retry) {
    const { retrierIndex, delayMs } = retry;
    const errorDetails = { retryIndex: retrierIndex, retryBackoffIntervalSeconds: Math.round(delayMs / 1000) };
    return { status: 'RETRIABLE', ...said, inspection: { errorDetails } };
  }
  const found = catcherFor(visit, located);
  if (!found) return { status: 'FAILED', ...said, inspection: {} };
  const outcome = await outcomeOfCatcher(visit, located, found.catcher);
  const inspection = { errorDetails: { catchIndex: found.index }, ...assigned(visit, outcome) };
  return { status: 'CAUGHT_ERROR', ...said, ...told(visit, outcome), inspection };
}
