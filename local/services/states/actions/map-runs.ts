import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { MapRun } from '../execution/map-runs.ts';
import type { ExecutionStatus } from '../execution.ts';
import type { Action } from './action.ts';
import { pageOf } from './pages.ts';

/** `DescribeMapRun`: how far the items of a distributed Map are. */
export const describeMapRun: Action = engine => input => {
  const run = engine.mapRuns.get(String(input.mapRunArn));
  if (!run) throw new AwsError('ResourceNotFound', `Resource not found: '${input.mapRunArn}'`);
  const {
    arn,
    batchSizes = [],
    children: _children,
    waiting: _waiting,
    resultsWritten: _resultsWritten,
    stateMachineArn: _stateMachineArn,
    ...told
  } = run;
  return {
    ...told,
    mapRunArn: arn,
    itemCounts: counts(run, batchSizes),
    executionCounts: counts(run, oneEach(batchSizes)),
  };
};

/** `ListMapRuns`: those that an execution dispatched. */
export const listMapRuns: Action = engine => input => {
  const execution = engine.execution(input.executionArn);
  const { items, nextToken } = pageOf(engine.mapRuns.ofExecution(execution.arn), input);
  const mapRuns = items.map(({ arn, executionArn, stateMachineArn, startDate, stopDate }) => ({
    executionArn,
    mapRunArn: arn,
    stateMachineArn,
    startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
  }));
  return { mapRuns, ...(nextToken === undefined ? {} : { nextToken }) };
};

function oneEach(batchSizes: readonly number[]): number[] {
  return batchSizes.map(() => 1);
}

const COUNTS: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** `sizes` says what each child counts for. */
function counts(run: MapRun, sizes: readonly number[]): JsonObject {
  const found: Record<string, number> = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  for (const [index, size] of sizes.entries()) {
    const child = run.children[index];
    const member = child ? COUNTS[child.status] : 'pending';
    found[member] = (found[member] ?? 0) + size;
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const resultsWritten = run.resultsWritten ? total - Number(found.pending) : 0;
  return { ...found, total, resultsWritten, failuresNotRedrivable: 0, pendingRedrive: 0 };
}
