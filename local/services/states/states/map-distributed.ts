import { runConcurrently } from '../execution/concurrent-branches.ts';
import { ExecutionHistory } from '../execution/execution-history.ts';
import { errorOutput, StateFailure } from '../execution/state-failure.ts';
import type { Branch, StateVisit } from '../execution/state-visit.ts';
import { VariableScope } from '../execution/variable-scope.ts';
import { itemInput, type MapRun, mapContextOf } from './map-items.ts';
import { type FailureTolerance, failureTolerance } from './map-limits.ts';

/** How many child executions run at once when nothing bounds them. */
const DISTRIBUTED_CONCURRENCY = 10_000;

/**
 * Goes through the items of a distributed Map: each in a child execution with a history and variables of its own. The
 * run fails only when more of them fail than is tolerated.
 */
export async function runDistributed(visit: StateVisit, map: MapRun): Promise<unknown[]> {
  const { history, cloud, stateMachineContext } = visit.setting;
  const tolerance = await failureTolerance(visit);
  const label = String(visit.state.Label ?? visit.name);
  const mapRunArn = cloud.arn('states', `mapRun:${stateMachineContext.Name}/${label}:${cloud.ids.uuid()}`);
  history.add(visit.thread, 'MapRunStarted', { mapRunArn });
  try {
    const results = await runChildren(visit, map, tolerance);
    history.add(visit.thread, 'MapRunSucceeded');
    return results;
  } catch (error) {
    if (error instanceof StateFailure) history.add(visit.thread, 'MapRunFailed', failureDetails(error));
    throw error;
  }
}

function failureDetails(failure: StateFailure) {
  const { Error: error, Cause: cause } = errorOutput(failure);
  return { error, cause };
}

type ChildResult = { readonly output: unknown } | { readonly failure: StateFailure };

async function runChildren(visit: StateVisit, map: MapRun, tolerance: FailureTolerance): Promise<unknown[]> {
  let failed = 0;
  const parent: Branch = { ...visit, thread: { lastEventId: visit.thread.lastEventId } };
  const results = await runConcurrently<ChildResult>(parent, {
    count: map.items.length,
    concurrency: Math.min(map.concurrency || DISTRIBUTED_CONCURRENCY, DISTRIBUTED_CONCURRENCY),
    run: async (branch, index) => {
      const result = await runChild(visit, { map, branch, index });
      if ('failure' in result && isBeyond(tolerance, ++failed, map.items.length)) throw thresholdFailure();
      return result;
    },
  });
  return results.flatMap(result => ('output' in result ? [result.output] : []));
}

function isBeyond(tolerance: FailureTolerance, failed: number, total: number): boolean {
  const { count, percentage } = tolerance;
  if (count === undefined && percentage === undefined) return true;
  return (count !== undefined && failed > count) || (percentage !== undefined && (failed / total) * 100 > percentage);
}

function thresholdFailure(): StateFailure {
  return new StateFailure({
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
}

interface Child {
  readonly map: MapRun;
  readonly branch: Branch;
  readonly index: number;
}

async function runChild(visit: StateVisit, { map, branch, index }: Child): Promise<ChildResult> {
  const item = { index, value: map.items[index] };
  const input = await itemInput(visit, item);
  const child: Branch = {
    ...branch,
    setting: childSetting(visit, input),
    scope: new VariableScope(),
    thread: { lastEventId: 0 },
    mapContext: mapContextOf(item),
  };
  try {
    return { output: await visit.setting.runStates(child, map.processor, input) };
  } catch (error) {
    if (error instanceof StateFailure) return { failure: error };
    throw error;
  }
}

function childSetting(visit: StateVisit, input: unknown): Branch['setting'] {
  const { setting } = visit;
  const { cloud } = setting;
  const name = cloud.ids.uuid();
  const label = `${setting.stateMachineContext.Name}/${visit.state.Label ?? visit.name}`;
  const executionContext = {
    ...setting.executionContext,
    Id: cloud.arn('states', `execution:${label}:${name}`),
    Name: name,
    Input: input,
    StartTime: new Date(cloud.clock.now()).toISOString(),
  };
  return { ...setting, executionContext, history: new ExecutionHistory(cloud.clock) };
}
