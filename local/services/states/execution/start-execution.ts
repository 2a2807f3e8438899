import type { JsonObject } from '../../../cloud/service.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import type { Ending, Execution, MachineQualifiers, MapOrigin } from '../execution.ts';
import type { StateMachine, StateMachineType } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import { type EventThread, ExecutionHistory } from './execution-history.ts';
import { executionLog } from './execution-log.ts';
import { announceEnd, announceStart } from './execution-news.ts';
import { runStates } from './run-states.ts';
import { BranchAborted, errorOutput, StateFailure } from './state-failure.ts';
import type { ChildRequest, ExecutionSetting } from './state-visit.ts';
import { VariableScope } from './variable-scope.ts';

/** An execution that is to be started. */
export interface ExecutionRequest {
  readonly stateMachine: StateMachine;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly qualifiers?: MachineQualifiers;
  /** Set for a child of a Map run. */
  readonly child?: { readonly origin: MapOrigin; readonly type: StateMachineType; readonly graph: StateGraph };
}

/** How long an Express execution may take. */
const EXPRESS_LIMIT_SECONDS = 300;

/** Starts an execution; it goes on by itself, on the cloud's clock. */
export function startExecution(engine: StatesEngine, request: ExecutionRequest): Execution {
  const execution = newExecution(engine, request);
  engine.executions.set(execution.arn, execution);
  announceStart(engine.cloud, execution);
  const thread: EventThread = { lastEventId: 0 };
  const started = { input: execution.input, inputDetails: { truncated: false }, roleArn: request.stateMachine.roleArn };
  execution.history.add(thread, 'ExecutionStarted', started, { aside: true });
  launch(engine, execution, thread);
  return execution;
}

/** Runs an execution that failed on from where it failed. */
export function redriveExecution(engine: StatesEngine, execution: Execution): void {
  execution.status = 'RUNNING';
  execution.redriveCount++;
  execution.redriveDate = engine.cloud.clock.now() / 1000;
  delete execution.stopDate;
  delete execution.error;
  delete execution.cause;
  announceStart(engine.cloud, execution);
  const thread: EventThread = { lastEventId: execution.history.lastEventId };
  execution.history.add(thread, 'ExecutionRedriven', { redriveCount: execution.redriveCount });
  launch(engine, execution, thread);
}

function newExecution(engine: StatesEngine, request: ExecutionRequest): Execution {
  const { clock } = engine.cloud;
  const { stateMachine, name, input, child, qualifiers = {} } = request;
  const type = child?.type ?? stateMachine.type;
  const arn = executionArn(engine, { machineName: child?.origin.machineName ?? stateMachine.name, name, type });
  const log = executionLog(engine.cloud, { stateMachine, arn });
  return {
    arn,
    name,
    stateMachine,
    type,
    graph: child?.graph ?? stateMachine.definition,
    origin: child?.origin,
    qualifiers,
    input,
    startDate: clock.now() / 1000,
    history: new ExecutionHistory(clock, log, type),
    progress: { at: undefined },
    scope: new VariableScope(),
    ended: Promise.resolve(),
    abort: () => {},
    status: 'RUNNING',
    redriveCount: 0,
  };
}

interface Naming {
  readonly machineName: string;
  readonly name: string;
  readonly type: StateMachineType;
}

function executionArn({ cloud }: StatesEngine, { machineName, name, type }: Naming): string {
  if (type === 'STANDARD') return cloud.arn('states', `execution:${machineName}:${name}`);
  return cloud.arn('states', `express:${machineName}:${name}:${cloud.ids.uuid()}`);
}

function launch(engine: StatesEngine, execution: Execution, thread: EventThread): void {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  execution.ended = promise;
  execution.abort = ending => controller.abort(ending);
  void run(engine, execution, { thread, signal: controller.signal }).then(resolve);
}

interface Course {
  readonly thread: EventThread;
  readonly signal: AbortSignal;
}

async function run(engine: StatesEngine, execution: Execution, { thread, signal }: Course): Promise<void> {
  const { scope, progress, origin } = execution;
  const cancelTimer = limitTime(engine, execution);
  try {
    await Promise.resolve(); // the caller of StartExecution has its answer before the first state runs
    const input: unknown = JSON.parse(execution.input);
    const mapContext = origin?.mapContext ? { mapContext: origin.mapContext } : {};
    const branch = { setting: settingOf(engine, execution, input), scope, progress, thread, signal, ...mapContext };
    const output = await runStates(branch, execution.graph, input);
    succeed(execution, thread, JSON.stringify(output));
  } catch (error) {
    if (error instanceof BranchAborted)
      endEarly(execution, thread, signal.reason as Ending); // `abort` takes nothing else
    else fail(execution, thread, error);
  } finally {
    cancelTimer();
  }
  finish(engine, execution);
}

function limitTime(engine: StatesEngine, execution: Execution): () => void {
  const { type, origin, stateMachine } = execution;
  const longest = type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : Number.POSITIVE_INFINITY;
  const ownLimit = origin ? undefined : stateMachine.definition.TimeoutSeconds;
  const seconds = Math.min(ownLimit ?? Number.POSITIVE_INFINITY, longest);
  if (seconds === Number.POSITIVE_INFINITY) return () => {};
  return engine.cloud.clock.schedule(seconds * 1000, () => execution.abort({ status: 'TIMED_OUT' }));
}

function settingOf(engine: StatesEngine, execution: Execution, input: unknown): ExecutionSetting {
  const { stateMachine, type, redriveCount, redriveDate } = execution;
  const redriven = redriveDate === undefined ? {} : { RedriveTime: new Date(redriveDate * 1000).toISOString() };
  return {
    cloud: engine.cloud,
    principal: { kind: 'role', roleArn: stateMachine.roleArn, session: execution.name },
    history: execution.history,
    tokens: engine.tokens,
    activities: engine.activities,
    mapRuns: engine.mapRuns,
    startChild: child => startChild(engine, execution, child),
    language: stateMachine.definition.QueryLanguage ?? 'JSONPath',
    runStates,
    stateMachineContext: { Id: stateMachine.arn, Name: stateMachine.name },
    executionContext: {
      Id: execution.arn,
      Input: input,
      StartTime: new Date(execution.startDate * 1000).toISOString(),
      Name: execution.name,
      RoleArn: stateMachine.roleArn,
      ...(type === 'STANDARD' ? { RedriveCount: redriveCount, ...redriven } : {}),
    },
  };
}

/** Starts a child of a Map run, or redrives the one that failed. It ends with its parent. */
function startChild(engine: StatesEngine, parent: Execution, request: ChildRequest): Execution {
  const { failed, origin, type, graph, signal } = request;
  const { stateMachine } = parent;
  const redrives = failed?.type === 'STANDARD';
  const name = engine.cloud.ids.uuid();
  const child = redrives
    ? failed
    : startExecution(engine, { stateMachine, name, input: request.input, child: { origin, type, graph } });
  if (redrives) redriveExecution(engine, failed);
  const stop = () => child.abort({ status: 'ABORTED' });
  signal.addEventListener('abort', stop, { once: true });
  void child.ended.then(() => signal.removeEventListener('abort', stop));
  return child;
}

function succeed(execution: Execution, thread: EventThread, output: string): void {
  execution.status = 'SUCCEEDED';
  execution.output = output;
  execution.progress.at = undefined;
  execution.history.close(thread, 'ExecutionSucceeded', { output, outputDetails: { truncated: false } });
}

function fail(execution: Execution, thread: EventThread, error: unknown): void {
  const failure =
    error instanceof StateFailure ? errorOutput(error) : { Error: 'States.Runtime', Cause: String(error) };
  execution.status = 'FAILED';
  execution.history.close(thread, 'ExecutionFailed', keepError(execution, failure.Error, failure.Cause));
}

function endEarly(execution: Execution, thread: EventThread, { status, error, cause }: Ending): void {
  execution.status = status;
  const type = status === 'TIMED_OUT' ? 'ExecutionTimedOut' : 'ExecutionAborted';
  execution.history.close(thread, type, keepError(execution, error, cause));
}

function keepError(execution: Execution, error: string | undefined, cause: string | undefined): JsonObject {
  if (error !== undefined) execution.error = error;
  if (cause !== undefined) execution.cause = cause;
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** An Express execution that no Map run dispatched cannot be asked for, so that nothing of it is kept. */
function finish(engine: StatesEngine, execution: Execution): void {
  execution.stopDate = engine.cloud.clock.now() / 1000;
  if (execution.type === 'EXPRESS' && !execution.origin) engine.executions.delete(execution.arn);
  announceEnd(engine.cloud, execution);
}
