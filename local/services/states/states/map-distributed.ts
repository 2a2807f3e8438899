import type { StateGraph } from '../definition/state-definition.ts';
import { throwIfAborted } from '../execution/abort.ts';
import { type Lane, runConcurrently } from '../execution/concurrent-branches.ts';
import type { MapRun } from '../execution/map-runs.ts';
import { note, noted } from '../execution/notes.ts';
import { errorOutput, StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';
import { batchItems } from '../map/batch-items.ts';
import { readItems } from '../map/read-items.ts';
import { mapResult } from '../map/write-results.ts';
import { itemInput, mapContextOf, mapItems } from './map-items.ts';
import {
  exceedsTolerance,
  type FailureTolerance,
  failureTolerance,
  mapConcurrency,
  thresholdFailure,
} from './map-limits.ts';

/** How many child executions run at once when nothing bounds them. */
const DISTRIBUTED_CONCURRENCY = 10_000;

/**
 * Goes through the items of a distributed Map: each, or each batch of them, in a child execution with a history and
 * variables of its own. The run fails only when more items fail than is tolerated.
 *
 * What the run has come to stands in the run and its children: whoever takes over reads the items again only when they
 * had not been read, starts the children that had not been started, and waits for the others.
 */
export async function runDistributed(visit: StateVisit, processor: StateGraph): Promise<unknown> {
  const plan = await noted(visit, 'plan', () => planOf(visit));
  const { mapRuns, history } = visit.setting;
  const run = currentRun(visit) ?? openRun(visit, plan);
  try {
    if (!run.batchSizes) await planChildren(visit, run, plan.given ?? (await readItems(visit)));
    await runChildren(visit, { run, processor, tolerance: plan.tolerance });
    const result = await mapResult(visit, run);
    mapRuns.update(run, ended(visit, 'SUCCEEDED'));
    history.add(visit.thread, 'MapRunSucceeded');
    return result;
  } catch (error) {
    mapRuns.update(run, ended(visit, error instanceof StateFailure ? 'FAILED' : 'ABORTED'));
    if (error instanceof StateFailure) history.add(visit.thread, 'MapRunFailed', failureDetails(error));
    throw error;
  }
}

interface RunPlan {
  /** The items, unless they have to be read from S3. */
  readonly given?: readonly unknown[];
  readonly tolerance: FailureTolerance;
  readonly concurrency: number;
}

async function planOf(visit: StateVisit): Promise<RunPlan> {
  const given = visit.state.ItemReader === undefined ? await mapItems(visit) : undefined;
  const concurrency = await mapConcurrency(visit);
  visit.setting.history.add(visit.thread, 'MapStateStarted', { length: given?.length ?? 0 });
  const tolerance = await failureTolerance(visit);
  return { tolerance, concurrency, ...(given ? { given } : {}) };
}

function failureDetails(failure: StateFailure) {
  const { Error: error, Cause: cause } = errorOutput(failure);
  return { error, cause };
}

function ended(visit: StateVisit, status: MapRun['status']): Partial<MapRun> {
  return { status, stopDate: visit.setting.cloud.clock.now() / 1000 };
}

/** The run that this attempt has opened already. */
function currentRun({ step, setting }: StateVisit): MapRun | undefined {
  return typeof step.notes.runArn === 'string' ? setting.mapRuns.get(step.notes.runArn) : undefined;
}

/** A redrive goes on with the run that failed. */
function openRun(visit: StateVisit, plan: RunPlan): MapRun {
  const { step, setting } = visit;
  const known = step.mapRunArn === undefined ? undefined : setting.mapRuns.get(step.mapRunArn);
  const run = known && visit.retryCount === 0 ? redriven(visit, known) : newRun(visit, plan);
  step.mapRunArn = run.arn;
  note(visit, 'runArn', run.arn);
  return run;
}

function redriven(visit: StateVisit, run: MapRun): MapRun {
  const { mapRuns, cloud, history } = visit.setting;
  delete run.stopDate;
  mapRuns.update(run, {
    status: 'RUNNING',
    redriveCount: run.redriveCount + 1,
    redriveDate: cloud.clock.now() / 1000,
  });
  history.add(visit.thread, 'MapRunRedriven', { mapRunArn: run.arn, redriveCount: run.redriveCount });
  return run;
}

function newRun(visit: StateVisit, { tolerance, concurrency }: RunPlan): MapRun {
  const { history, cloud, mapRuns, stateMachineContext, executionContext } = visit.setting;
  const run: MapRun = {
    arn: cloud.arn('states', `mapRun:${machineName(visit)}:${cloud.ids.uuid()}`),
    executionArn: String(executionContext.Id),
    stateMachineArn: String(stateMachineContext.Id),
    startDate: cloud.clock.now() / 1000,
    maxConcurrency: concurrency,
    toleratedFailureCount: tolerance.count ?? 0,
    toleratedFailurePercentage: tolerance.percentage ?? 0,
    waiting: [],
    children: [],
    status: 'RUNNING',
    resultsWritten: false,
    redriveCount: 0,
  };
  mapRuns.add(run);
  history.add(visit.thread, 'MapRunStarted', { mapRunArn: run.arn });
  return run;
}

/** `<machine>/<label>` */
function machineName(visit: StateVisit): string {
  return `${visit.setting.stateMachineContext.Name}/${visit.state.Label ?? visit.name}`;
}

async function planChildren(visit: StateVisit, run: MapRun, items: readonly unknown[]): Promise<void> {
  const selected: unknown[] = [];
  for (const [index, value] of items.entries()) selected.push(await itemInput(visit, { index, value }));
  const batches = await batchItems(visit, selected);
  const isBatched = visit.state.ItemBatcher !== undefined;
  const planned = batches.map(({ input, itemCount }, index) => {
    const mapContext = isBatched ? {} : { mapContext: mapContextOf({ index, value: items[index] }) };
    return { work: { input: JSON.stringify(input), ...mapContext }, itemCount };
  });
  visit.setting.mapRuns.plan(run, planned);
}

interface Dispatch {
  readonly run: MapRun;
  readonly processor: StateGraph;
  readonly tolerance: FailureTolerance;
}

async function runChildren(visit: StateVisit, dispatch: Dispatch): Promise<void> {
  const { run, tolerance } = dispatch;
  const sizes = run.batchSizes ?? [];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let failed = 0;
  await runConcurrently(visit.signal, {
    count: sizes.length,
    concurrency: Math.min(run.maxConcurrency || DISTRIBUTED_CONCURRENCY, DISTRIBUTED_CONCURRENCY),
    run: async (index, lane) => {
      if (await runChild(visit, dispatch, index, lane)) return;
      failed += sizes[index] ?? 0;
      if (exceedsTolerance(tolerance, failed, total)) throw thresholdFailure();
    },
  });
}

/** @returns whether the child succeeded */
async function runChild(visit: StateVisit, dispatch: Dispatch, index: number, { signal }: Lane): Promise<boolean> {
  const { run, processor } = dispatch;
  const { startChild, mapRuns } = visit.setting;
  const config = isJsonObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  const earlier = run.children[index];
  if (!earlier) throwIfAborted(signal);
  const child = startChild({
    origin: { mapRunArn: run.arn, index, machineName: machineName(visit) },
    type: config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    graph: processor,
    work: run.waiting[index],
    pass: run.redriveCount,
    earlier,
    signal,
  });
  if (child !== earlier) mapRuns.began(run, index, child);
  await child.ended;
  throwIfAborted(signal);
  return child.status === 'SUCCEEDED';
}
