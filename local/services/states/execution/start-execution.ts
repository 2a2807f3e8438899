import type { JsonObject } from '../../../cloud/service.ts';
import type { Ending, Execution } from '../execution.ts';
import type { StateMachine } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import { type EventThread, ExecutionHistory } from './execution-history.ts';
import { executionLog } from './execution-log.ts';
import { runStates } from './run-states.ts';
import { BranchAborted, errorOutput, StateFailure } from './state-failure.ts';
import type { ExecutionSetting } from './state-visit.ts';
import { VariableScope } from './variable-scope.ts';

/** An execution that is to be started. */
export interface ExecutionRequest {
  readonly stateMachine: StateMachine;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** How long an Express execution may take. */
const EXPRESS_LIMIT_SECONDS = 300;

/** Starts an execution; it goes on by itself, on the cloud's clock. */
export function startExecution(engine: StatesEngine, request: ExecutionRequest): Execution {
  const { clock } = engine.cloud;
  const { stateMachine, name, input } = request;
  const arn = executionArn(engine, request);
  const controller = new AbortController();
  const history = new ExecutionHistory(clock, executionLog(engine.cloud, { stateMachine, arn }));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const execution: Execution = {
    arn,
    name,
    stateMachine,
    input,
    startDate: clock.now() / 1000,
    history,
    ended,
    abort: ending => controller.abort(ending),
    status: 'RUNNING',
  };
  engine.executions.set(arn, execution);
  count(engine, execution, 'ExecutionsStarted');
  void run(engine, execution, controller.signal).then(resolve);
  return execution;
}

function executionArn(engine: StatesEngine, { stateMachine, name }: ExecutionRequest): string {
  const { cloud } = engine;
  if (stateMachine.type === 'STANDARD') return cloud.arn('states', `execution:${stateMachine.name}:${name}`);
  return cloud.arn('states', `express:${stateMachine.name}:${name}:${cloud.ids.uuid()}`);
}

async function run(engine: StatesEngine, execution: Execution, signal: AbortSignal): Promise<void> {
  const { history, stateMachine } = execution;
  const thread: EventThread = { lastEventId: 0 };
  const started = { input: execution.input, inputDetails: { truncated: false }, roleArn: stateMachine.roleArn };
  history.add(thread, 'ExecutionStarted', started, { aside: true });
  const cancelTimer = limitTime(engine, execution);
  try {
    await Promise.resolve(); // the caller of StartExecution has its answer before the first state runs
    const input: unknown = JSON.parse(execution.input);
    const branch = { setting: settingOf(engine, execution, input), scope: new VariableScope(), thread, signal };
    const output = await runStates(branch, stateMachine.definition, input);
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
  const { type, definition } = execution.stateMachine;
  const longest = type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : Number.POSITIVE_INFINITY;
  const seconds = Math.min(definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY, longest);
  if (seconds === Number.POSITIVE_INFINITY) return () => {};
  return engine.cloud.clock.schedule(seconds * 1000, () => execution.abort({ status: 'TIMED_OUT' }));
}

function settingOf(engine: StatesEngine, execution: Execution, input: unknown): ExecutionSetting {
  const { stateMachine } = execution;
  const redrives = stateMachine.type === 'STANDARD' ? { RedriveCount: 0 } : {};
  return {
    cloud: engine.cloud,
    principal: { kind: 'role', roleArn: stateMachine.roleArn, session: execution.name },
    history: execution.history,
    tokens: engine.tokens,
    activities: engine.activities,
    language: stateMachine.definition.QueryLanguage ?? 'JSONPath',
    runStates,
    stateMachineContext: { Id: stateMachine.arn, Name: stateMachine.name },
    executionContext: {
      Id: execution.arn,
      Input: input,
      StartTime: new Date(execution.startDate * 1000).toISOString(),
      Name: execution.name,
      RoleArn: stateMachine.roleArn,
      ...redrives,
    },
  };
}

function succeed(execution: Execution, thread: EventThread, output: string): void {
  execution.status = 'SUCCEEDED';
  execution.output = output;
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

const METRICS = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

function finish(engine: StatesEngine, execution: Execution): void {
  const { cloud } = engine;
  execution.stopDate = cloud.clock.now() / 1000;
  const durationMs = (execution.stopDate - execution.startDate) * 1000;
  count(engine, execution, METRICS[execution.status]);
  cloud.metrics({ ...metric(execution, 'ExecutionTime', durationMs), unit: 'Milliseconds' });
  cloud.signals.notify(execution.arn);
}

function count(engine: StatesEngine, execution: Execution, name: string): void {
  engine.cloud.metrics({ ...metric(execution, name, 1), unit: 'Count' });
}

function metric(execution: Execution, name: string, value: number) {
  return { namespace: 'AWS/States', name, dimensions: { StateMachineArn: execution.stateMachine.arn }, value };
}
