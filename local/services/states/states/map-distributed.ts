import type { StateGraph } from '../definition/state-definition.ts';
import { throwIfAborted } from '../execution/abort.ts';
import { runConcurrently } from '../execution/concurrent-branches.ts';
import type { MapRun } from '../execution/map-runs.ts';
import { errorOutput, StateFailure } from '../execution/state-failure.ts';
import type { Branch, StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';
import { batchItems, type ChildInput } from '../map/batch-items.ts';
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
 */
export async function runDistributed(visit: StateVisit, processor: StateGraph): Promise<unknown> {
  const given = visit.state.ItemReader === undefined ? await mapItems(visit) : undefined;
  const concurrency = await mapConcurrency(visit);
  visit.setting.history.add(visit.thread, 'MapStateStarted', { length: given?.length ?? 0 });
  const tolerance = await failureTolerance(visit);
  const run = openRun(visit, { tolerance, concurrency });
  try {
    const items = given ?? (await readItems(visit));
    const inputs = await childInputs(visit, items);
    run.batchSizes = inputs.map(({ itemCount }) => itemCount);
    await runChildren(visit, { run, processor, tolerance, inputs, items });
    const result = await mapResult(visit, run);
    closeRun(visit, run, 'SUCCEEDED');
    visit.setting.history.add(visit.thread, 'MapRunSucceeded');
    return result;
  } catch (error) {
    closeRun(visit, run, error instanceof StateFailure ? 'FAILED' : 'ABORTED');
    if (error instanceof StateFailure) visit.setting.history.add(visit.thread, 'MapRunFailed', failureDetails(error));
    throw error;
  }
}

function failureDetails(failure: StateFailure) {
  const { Error: error, Cause: cause } = errorOutput(failure);
  return { error, cause };
}

interface RunLimits {
  readonly tolerance: FailureTolerance;
  readonly concurrency: number;
}

/** A redrive goes on with the run that failed. */
function openRun(visit: StateVisit, { tolerance, concurrency }: RunLimits): MapRun {
  const { history, cloud, mapRuns, stateMachineContext, executionContext } = visit.setting;
  const known = visit.step.mapRunArn === undefined ? undefined : mapRuns.get(visit.step.mapRunArn);
  if (known && visit.retryCount === 0) {
    known.status = 'RUNNING';
    known.redriveCount++;
    known.redriveDate = cloud.clock.now() / 1000;
    delete known.stopDate;
    history.add(visit.thread, 'MapRunRedriven', { mapRunArn: known.arn, redriveCount: known.redriveCount });
    return known;
  }
  const run: MapRun = {
    arn: cloud.arn('states', `mapRun:${machineName(visit)}:${cloud.ids.uuid()}`),
    executionArn: String(executionContext.Id),
    stateMachineArn: String(stateMachineContext.Id),
    startDate: cloud.clock.now() / 1000,
    maxConcurrency: concurrency,
    toleratedFailureCount: tolerance.count ?? 0,
    toleratedFailurePercentage: tolerance.percentage ?? 0,
    batchSizes: [],
    children: [],
    status: 'RUNNING',
    resultsWritten: false,
    redriveCount: 0,
  };
  mapRuns.add(run);
  visit.step.mapRunArn = run.arn;
  history.add(visit.thread, 'MapRunStarted', { mapRunArn: run.arn });
  return run;
}

function closeRun(visit: StateVisit, run: MapRun, status: MapRun['status']): void {
  run.status = status;
  run.stopDate = visit.setting.cloud.clock.now() / 1000;
}

/** `<machine>/<label>` */
function machineName(visit: StateVisit): string {
  return `${visit.setting.stateMachineContext.Name}/${visit.state.Label ?? visit.name}`;
}

async function childInputs(visit: StateVisit, items: readonly unknown[]): Promise<ChildInput[]> {
  const selected: unknown[] = [];
  for (const [index, value] of items.entries()) selected.push(await itemInput(visit, { index, value }));
  return batchItems(visit, selected);
}

interface Dispatch {
  readonly run: MapRun;
  readonly processor: StateGraph;
  readonly tolerance: FailureTolerance;
  readonly inputs: readonly ChildInput[];
  readonly items: readonly unknown[];
}

async function runChildren(visit: StateVisit, dispatch: Dispatch): Promise<void> {
  const { run, tolerance, inputs, items } = dispatch;
  let failed = 0;
  const parent: StateVisit = { ...visit, thread: { lastEventId: visit.thread.lastEventId } };
  await runConcurrently<boolean>(parent, {
    count: inputs.length,
    concurrency: Math.min(run.maxConcurrency || DISTRIBUTED_CONCURRENCY, DISTRIBUTED_CONCURRENCY),
    isFinal: succeeded => succeeded,
    run: async (branch, index) => {
      const succeeded = await runChild(visit, { ...dispatch, branch, index });
      if (succeeded) return true;
      failed += inputs[index]?.itemCount ?? 0;
      if (exceedsTolerance(tolerance, failed, items.length)) throw thresholdFailure();
      return false;
    },
  });
}

interface Child extends Dispatch {
  readonly branch: Branch;
  readonly index: number;
}

/** @returns whether the child succeeded */
async function runChild(visit: StateVisit, child: Child): Promise<boolean> {
  const { run, processor, inputs, items, branch, index } = child;
  const config = isJsonObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  const isBatched = visit.state.ItemBatcher !== undefined;
  const mapContext = isBatched ? undefined : mapContextOf({ index, value: items[index] });
  const execution = visit.setting.startChild({
    origin: { mapRunArn: run.arn, machineName: machineName(visit), mapContext },
    type: config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    graph: processor,
    input: JSON.stringify(inputs[index]?.input),
    failed: run.children[index],
    signal: branch.signal,
  });
  run.children[index] = execution;
  await execution.ended;
  throwIfAborted(branch.signal);
  return execution.status === 'SUCCEEDED';
}
