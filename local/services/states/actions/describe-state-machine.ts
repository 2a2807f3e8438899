import type { StateMachine } from '../state-machine.ts';
import type { Action } from './action.ts';

/** `DescribeStateMachine`: a machine, or one of its versions. */
export const describeStateMachine: Action = engine => input => {
  const version = engine.machineNames.versions.get(String(input.stateMachineArn));
  const machine = version?.machine ?? engine.stateMachine(input.stateMachineArn);
  return {
    ...configuration(machine),
    ...(version ? { stateMachineArn: version.arn } : {}),
    ...(version?.description === undefined ? {} : { description: version.description }),
    status: 'ACTIVE',
    type: machine.type,
    creationDate: version?.creationDate ?? machine.creationDate,
  };
};

/** `DescribeStateMachineForExecution`: the machine as it was when the execution started. */
export const describeStateMachineForExecution: Action = engine => input => {
  const { stateMachine, origin } = engine.execution(input.executionArn);
  const mapRun = origin ? { mapRunArn: origin.mapRunArn } : {};
  return { ...configuration(stateMachine), ...mapRun, updateDate: stateMachine.updateDate };
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
