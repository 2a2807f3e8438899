import { AwsError } from '../../../cloud/aws-error.ts';
import { startExecution as start } from '../execution/start-execution.ts';
import type { Action } from './action.ts';
import { checkExecutionInput } from './execution-input.ts';
import { checkName } from './names.ts';

/** `StartExecution`: for a Standard machine, the same name with the same input answers the execution that runs already. */
export const startExecution: Action = engine => input => {
  const { machine: stateMachine, ...qualifiers } = engine.machineNamed(input.stateMachineArn);
  const text = checkExecutionInput(input.input);
  const name = input.name === undefined ? engine.cloud.ids.uuid() : checkName(input.name);
  const known =
    stateMachine.type === 'STANDARD'
      ? engine.executions.get(engine.cloud.arn('states', `execution:${stateMachine.name}:${name}`))
      : undefined;
  if (known && !(known.status === 'RUNNING' && known.input === text)) {
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
  }
  const execution = known ?? start(engine, { stateMachine, name, input: text, qualifiers });
  return { executionArn: execution.arn, startDate: execution.startDate };
};
