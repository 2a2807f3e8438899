import type { Action } from './action.ts';
import { refuseExpress } from './describe-execution.ts';
import { pageOf } from './pages.ts';

/** `GetExecutionHistory`: the events of a Standard execution, the last first if asked. */
export const getExecutionHistory: Action = engine => input => {
  const execution = engine.execution(input.executionArn);
  refuseExpress(execution);
  const { events } = execution.history;
  const { items, nextToken } = pageOf(input.reverseOrder === true ? [...events].reverse() : events, input);
  return { events: items, ...(nextToken === undefined ? {} : { nextToken }) };
};
