import type { JsonObject } from '../../../cloud/service.ts';
import type { Execution } from '../execution.ts';
import { MOST_EVENTS } from './execution-history.ts';

/** How long after its end an execution can be redriven. */
const REDRIVABLE_SECONDS = 14 * 24 * 3600;

/** Why an execution cannot be redriven now, or undefined when it can. */
export function redriveRefusal(execution: Execution, nowMs: number): string | undefined {
  const { status, stopDate = 0, history } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (history.lastEventId >= MOST_EVENTS - 1) return 'Execution history event limit exceeded';
  if (nowMs / 1000 - stopDate > REDRIVABLE_SECONDS) return 'Execution redrivable period exceeded';
  return undefined;
}

/** What `DescribeExecution` and the status events tell about redrives. */
export function redriveMembers(execution: Execution, nowMs: number): JsonObject {
  const { redriveCount, redriveDate, origin } = execution;
  const refusal = redriveRefusal(execution, nowMs);
  const status = origin ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE';
  return {
    redriveCount,
    ...(redriveDate === undefined ? {} : { redriveDate }),
    ...(refusal === undefined
      ? { redriveStatus: status }
      : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: refusal }),
  };
}
