import type { Action } from './action.ts';
import { pageOf } from './pages.ts';

/** `ListExecutions`: the executions of a machine, the newest first, of one status if asked. */
export const listExecutions: Action = engine => input => {
  const machine = engine.stateMachine(input.stateMachineArn);
  const found = [...engine.executions.values()]
    .filter(({ stateMachine }) => stateMachine.arn === machine.arn)
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .reverse();
  const { items, nextToken } = pageOf(found, input);
  const executions = items.map(({ arn, name, status, startDate, stopDate }) => ({
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
  }));
  return { executions, ...(nextToken === undefined ? {} : { nextToken }) };
};
