import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Execution } from '../execution.ts';
import type { Action } from './action.ts';

/** `DescribeExecution`, for Standard executions. */
export const describeExecution: Action = engine => input => {
  const execution = engine.execution(input.executionArn);
  refuseExpress(execution);
  return { ...describeOutcome(execution), redriveCount: 0, ...redriveStatus(execution) };
};

/** Express executions keep no state that could be asked for. @throws AwsError (InvalidArn) */
export function refuseExpress(execution: Execution): void {
  if (execution.stateMachine.type === 'EXPRESS') {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express'`);
  }
}

function redriveStatus({ status }: Execution): JsonObject {
  const reason = status === 'RUNNING' ? 'RUNNING' : 'SUCCEEDED';
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${reason} and cannot be redriven` };
}

/** What became of an execution, so far. */
export function describeOutcome(execution: Execution): JsonObject {
  const { output, error, cause, stopDate } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachine.arn,
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
