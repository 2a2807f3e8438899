import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { redriveMembers } from '../execution/redrive-status.ts';
import type { Execution } from '../execution.ts';
import type { Action } from './action.ts';

/** `DescribeExecution`, for Standard executions. */
export const describeExecution: Action = engine => input => {
  const execution = engine.execution(input.executionArn);
  refuseExpress(execution);
  return { ...describeOutcome(execution), ...redriveMembers(execution, engine.cloud.clock.now()) };
};

/** Express executions keep no state that could be asked for, unless a Map run dispatched them. @throws AwsError (InvalidArn) */
export function refuseExpress(execution: Execution): void {
  if (execution.type === 'EXPRESS' && !execution.origin) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express'`);
  }
}

/** What became of an execution, so far. */
export function describeOutcome(execution: Execution): JsonObject {
  const { output, error, cause, stopDate, origin, qualifiers } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: machineArnOf(execution),
    ...(qualifiers.versionArn === undefined ? {} : { stateMachineVersionArn: qualifiers.versionArn }),
    ...(qualifiers.aliasArn === undefined ? {} : { stateMachineAliasArn: qualifiers.aliasArn }),
    ...(origin ? { mapRunArn: origin.mapRunArn } : {}),
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
    input: execution.input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** A child of a Map run belongs to `<machine>/<label>`. */
export function machineArnOf({ stateMachine, origin }: Execution): string {
  return origin ? stateMachine.arn.replace(/[^:]+$/, origin.machineName) : stateMachine.arn;
}
