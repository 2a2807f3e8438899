import type { Execution } from '../execution.ts';
import type { StatesEngine } from '../states-engine.ts';
import { announceStart, announceTransition } from './execution-news.ts';
import { fail, finish, succeed } from './execution-outcome.ts';
import { type ExecutionRequest, executionContext, newExecution } from './new-execution.ts';
import { progressWithin, rewind } from './progress.ts';
import { runStates } from './run-states.ts';
import type { ChildRequest, ExecutionSetting } from './state-visit.ts';

/** How long an Express execution may take. */
const EXPRESS_LIMIT_SECONDS = 300;

/** Starts an execution; it goes on by itself, on the cloud's clock. */
export function startExecution(engine: StatesEngine, request: ExecutionRequest): Execution {
  const execution = newExecution(engine, request);
  engine.executions.set(execution.arn, execution);
  announceStart(engine.cloud, execution);
  begin(engine, execution);
  return execution;
}

function begin(engine: StatesEngine, execution: Execution): void {
  const { input, stateMachine, history, progress } = execution;
  const started = { input, inputDetails: { truncated: false }, roleArn: stateMachine.roleArn };
  history.add(progress, 'ExecutionStarted', started, { aside: true });
  engine.changes.outcome(execution.arn);
  launch(engine, execution);
}

/** Runs an execution that failed on from where it failed. */
export function redriveExecution(engine: StatesEngine, execution: Execution): void {
  const { progress, history } = execution;
  execution.status = 'RUNNING';
  execution.redriveCount++;
  execution.redriveDate = engine.cloud.clock.now() / 1000;
  delete execution.stopDate;
  delete execution.error;
  delete execution.cause;
  engine.changes.outcome(execution.arn);
  rewind(progress);
  for (const { path } of progressWithin(progress)) engine.changes.progress(execution.arn, path);
  announceStart(engine.cloud, execution);
  progress.lastEventId = history.lastEventId;
  history.add(progress, 'ExecutionRedriven', { redriveCount: execution.redriveCount });
  launch(engine, execution);
}

/**
 * Takes over executions that ran when an earlier process died: a Standard one goes on where it was, an Express one, of
 * which nothing is known but that it was started, begins anew.
 */
export function resumeExecutions(engine: StatesEngine): void {
  for (const execution of engine.interrupted) {
    const { ending, type } = execution;
    delete execution.ending;
    if (type === 'EXPRESS') begin(engine, execution);
    else launch(engine, execution);
    if (ending) execution.abort(ending);
  }
  engine.interrupted.clear();
}

function launch(engine: StatesEngine, execution: Execution): void {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  execution.ended = promise;
  execution.abort = ending => {
    if (execution.status !== 'RUNNING' || execution.ending) return;
    execution.ending = ending;
    engine.changes.outcome(execution.arn);
    controller.abort(ending);
  };
  void run(engine, execution, controller.signal).then(resolve);
}

async function run(engine: StatesEngine, execution: Execution, signal: AbortSignal): Promise<void> {
  const { progress, origin } = execution;
  const cancelTimer = limitTime(engine, execution);
  try {
    await Promise.resolve(); // the caller of StartExecution has its answer before the first state runs
    const input: unknown = JSON.parse(execution.input);
    const mapContext = origin?.mapContext ? { mapContext: origin.mapContext } : {};
    const setting = settingOf(engine, execution, input);
    const branch = { setting, scope: progress.scope, progress, thread: progress, signal, ...mapContext };
    const output = await runStates(branch, execution.graph, input);
    succeed(execution, JSON.stringify(output));
  } catch (error) {
    fail(execution, error);
  } finally {
    cancelTimer();
  }
  finish(engine, execution);
}

/** From the start or the last redrive on; an Express execution that begins anew has all its time again. */
function limitTime(engine: StatesEngine, execution: Execution): () => void {
  const { type, origin, stateMachine, startDate, redriveDate } = execution;
  const { clock } = engine.cloud;
  const longest = type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : Number.POSITIVE_INFINITY;
  const ownLimit = origin ? undefined : stateMachine.definition.TimeoutSeconds;
  const seconds = Math.min(ownLimit ?? Number.POSITIVE_INFINITY, longest);
  if (seconds === Number.POSITIVE_INFINITY) return () => {};
  const sinceMs = type === 'EXPRESS' ? clock.now() : Math.round((redriveDate ?? startDate) * 1000);
  return clock.schedule(sinceMs + seconds * 1000 - clock.now(), () => execution.abort({ status: 'TIMED_OUT' }));
}

function settingOf(engine: StatesEngine, execution: Execution, input: unknown): ExecutionSetting {
  const { stateMachine, arn } = execution;
  return {
    cloud: engine.cloud,
    principal: { kind: 'role', roleArn: stateMachine.roleArn, session: execution.name },
    history: execution.history,
    tokens: engine.tokens,
    activities: engine.activities,
    mapRuns: engine.mapRuns,
    startChild: child => startChild(engine, execution, child),
    changed: ({ path }) => engine.changes.progress(arn, path),
    countTransition: () => announceTransition(engine.cloud, execution),
    language: stateMachine.definition.QueryLanguage ?? 'JSONPath',
    runStates,
    stateMachineContext: { Id: stateMachine.arn, Name: stateMachine.name },
    executionContext: executionContext(execution, input),
  };
}

/** Starts a child of a Map run, redrives the one that failed, or goes on with the one that runs. It ends with its parent. */
function startChild(engine: StatesEngine, parent: Execution, request: ChildRequest): Execution {
  const { earlier, signal } = request;
  const child = isDone(request) && earlier ? earlier : setGoing(engine, parent, request);
  const stop = () => child.abort({ status: 'ABORTED' });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  void child.ended.then(() => signal.removeEventListener('abort', stop));
  return child;
}

/** Whether this pass of the run has set the child going already, or need not. */
function isDone({ earlier, pass }: ChildRequest): boolean {
  return earlier !== undefined && (earlier.status === 'SUCCEEDED' || earlier.origin?.pass === pass);
}

function setGoing(engine: StatesEngine, { stateMachine }: Execution, request: ChildRequest): Execution {
  const { earlier, pass, type, graph } = request;
  if (earlier?.origin && earlier.type === 'STANDARD') {
    earlier.origin.pass = pass;
    engine.changes.execution(earlier.arn);
    redriveExecution(engine, earlier);
    return earlier;
  }
  const mapContext = (request.work ? request.work : earlier?.origin)?.mapContext;
  const origin = { ...request.origin, pass, ...(mapContext ? { mapContext } : {}) };
  const input = request.work?.input ?? earlier?.input ?? '{}'; // one of them is there
  const name = engine.cloud.ids.uuid();
  return startExecution(engine, { stateMachine, name, input, child: { origin, type, graph } });
}
