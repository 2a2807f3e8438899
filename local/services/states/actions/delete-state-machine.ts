import type { Action } from './action.ts';

/** `DeleteStateMachine`: its running executions are stopped; its versions and aliases go with it; a machine that is not there is no error. */
export const deleteStateMachine: Action = engine => input => {
  const arn = String(input.stateMachineArn);
  engine.stateMachines.delete(arn);
  engine.machineNames.forget(arn);
  for (const execution of engine.executions.values()) {
    if (execution.stateMachine.arn === arn && execution.status === 'RUNNING') execution.abort({ status: 'ABORTED' });
  }
  return {};
};
