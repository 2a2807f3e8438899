import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { QueryLanguage, StateDefinition, StateGraph } from '../definition/state-definition.ts';
import type { Execution, MapOrigin } from '../execution.ts';
import type { StateMachineType } from '../state-machine.ts';
import type { Activities } from './activities.ts';
import type { EventThread, ExecutionHistory } from './execution-history.ts';
import type { ChildWork, MapRuns } from './map-runs.ts';
import type { Progress, Step } from './progress.ts';
import type { StateTest } from './state-test.ts';
import type { TaskTokens } from './task-tokens.ts';
import type { VariableScope } from './variable-scope.ts';

/** What every state of one execution shares. */
export interface ExecutionSetting {
  readonly cloud: Cloud;
  /** The identity that tasks act under. */
  readonly principal: Principal;
  readonly history: ExecutionHistory;
  readonly tokens: TaskTokens;
  readonly activities: Activities;
  readonly mapRuns: MapRuns;
  readonly startChild: (request: ChildRequest) => Execution;
  /** Says that the progress of a branch is another one now. */
  readonly changed: (progress: Progress) => void;
  /** A state is entered, or begins anew after a retrier said so: what Standard workflows are billed by. */
  readonly countTransition: () => void;
  /** `$$.Execution` and `$$.StateMachine`. */
  readonly executionContext: JsonObject;
  readonly stateMachineContext: JsonObject;
  /** The query language of states that name none. */
  readonly language: QueryLanguage;
  /** Runs the states inside a state. */
  readonly runStates: RunStates;
  /** Set when a state is tested by itself. */
  readonly test?: StateTest;
}

/** A child execution that a Map run dispatches. */
export interface ChildRequest {
  readonly origin: Omit<MapOrigin, 'mapContext' | 'pass'>;
  readonly type: StateMachineType;
  readonly graph: StateGraph;
  /** @default what the earlier child had to do */
  readonly work: ChildWork | undefined;
  /** How often the run has been redriven. */
  readonly pass: number;
  /** The child that was started before: it goes on, or is tried again if it has failed. */
  readonly earlier: Execution | undefined;
  /** Fires when the child has to end. */
  readonly signal: AbortSignal;
}

/** Runs states from `StartAt` to an end and answers the last one's output. @throws StateFailure, BranchAborted */
export type RunStates = (branch: Branch, graph: StateGraph, input: unknown) => Promise<unknown>;

/** The part of an execution that a run of states belongs to: the whole, a branch, an iteration. */
export interface Branch {
  readonly setting: ExecutionSetting;
  readonly scope: VariableScope;
  readonly thread: EventThread;
  readonly progress: Progress;
  /** Fires when the branch has to end, because a sibling failed or the execution was stopped or timed out. */
  readonly signal: AbortSignal;
  /** `$$.Map` of the iteration. */
  readonly mapContext?: JsonObject;
}

/** One state being executed. */
export interface StateVisit extends Branch {
  readonly name: string;
  readonly state: StateDefinition;
  readonly language: QueryLanguage;
  readonly input: unknown;
  readonly enteredEventId: number;
  /** What came before the state was entered. */
  readonly previousEventId: number;
  readonly enteredTime: string;
  /** The visit as a redrive finds it. */
  readonly step: Step;
  retryCount: number;
  taskToken?: string;
}

/** What a state hands on. */
export interface StateOutcome {
  readonly output: unknown;
  /** Variables that the state assigned. */
  readonly assigned?: JsonObject;
  /** Where to go on, when it is not the state's own `Next`. */
  readonly next?: string;
}

/** The context object (`$$`, `$states.context`) as this state sees it. */
export function contextObject(visit: StateVisit): JsonObject {
  const given = visit.setting.test?.context;
  if (given) return visit.mapContext ? { ...given, Map: visit.mapContext } : given;
  const retries = visit.state.Type === 'Task' || visit.setting.test ? { RetryCount: visit.retryCount } : {};
  return {
    Execution: visit.setting.executionContext,
    StateMachine: visit.setting.stateMachineContext,
    State: { Name: visit.name, EnteredTime: visit.enteredTime, ...retries },
    ...(visit.mapContext ? { Map: visit.mapContext } : {}),
    ...(visit.taskToken === undefined ? {} : { Task: { Token: visit.taskToken } }),
  };
}
