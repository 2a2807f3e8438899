import { AwsError } from '../../../cloud/aws-error.ts';
import { startExecution } from '../execution/start-execution.ts';
import type { Action } from './action.ts';
import { describeOutcome } from './describe-execution.ts';
import { checkExecutionInput } from './execution-input.ts';
import { checkName } from './names.ts';

/** What AWS bills an execution of this size for, at the least. */
const BILLED_MEMORY_MB = 64;
const BILLED_STEP_MS = 100;

/** `StartSyncExecution`: runs an Express machine and answers when it has ended. */
export const startSyncExecution: Action = engine => async input => {
  const { machine: stateMachine, ...qualifiers } = engine.machineNamed(input.stateMachineArn);
  if (stateMachine.type !== 'EXPRESS') {
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  }
  const text = checkExecutionInput(input.input);
  const name = input.name === undefined ? engine.cloud.ids.uuid() : checkName(input.name);
  const execution = startExecution(engine, { stateMachine, name, input: text, qualifiers, endsWithCaller: true });
  await execution.ended;
  const durationMs = ((execution.stopDate ?? execution.startDate) - execution.startDate) * 1000;
  const billed = Math.max(1, Math.ceil(durationMs / BILLED_STEP_MS)) * BILLED_STEP_MS;
  return {
    ...describeOutcome(execution),
    billingDetails: { billedMemoryUsedInMB: BILLED_MEMORY_MB, billedDurationInMilliseconds: billed },
  };
};
