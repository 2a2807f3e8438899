import type { StateMachine } from '../state-machine.ts';
import type { Action } from './action.ts';

/** `DescribeStateMachine` */
export const describeStateMachine: Action = engine => input => {
  const machine = engine.stateMachine(input.stateMachineArn);
  return {
    ...configuration(machine),
    status: 'ACTIVE',
    type: machine.type,
    creationDate: machine.creationDate,
  };
};

/** `DescribeStateMachineForExecution`: the machine as it was when the execution started. */
export const describeStateMachineForExecution: Action = engine => input => {
  const { stateMachine } = engine.execution(input.executionArn);
  return { ...configuration(stateMachine), updateDate: stateMachine.updateDate };
};

function configuration(machine: StateMachine) {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    loggingConfiguration: machine.loggingConfiguration,
    tracingConfiguration: machine.tracingConfiguration,
    ...(machine.revisionId === undefined ? {} : { revisionId: machine.revisionId }),
  };
}
