import { AwsError } from '../../../cloud/aws-error.ts';
import { redriveRefusal } from '../execution/redrive-status.ts';
import { redriveExecution as redrive } from '../execution/start-execution.ts';
import type { Action } from './action.ts';
import { refuseExpress } from './describe-execution.ts';

/** For how long the same client token means the same redrive. */
const TOKEN_SECONDS = 15 * 60;

/** `RedriveExecution`: runs a Standard execution that failed on from where it failed. */
export const redriveExecution: Action = engine => input => {
  const execution = engine.execution(input.executionArn);
  refuseExpress(execution);
  const nowMs = engine.cloud.clock.now();
  const token = input.clientToken === undefined ? undefined : `${execution.arn}#${input.clientToken}`;
  const earlier = token === undefined ? undefined : engine.redrives.get(token);
  if (earlier !== undefined && nowMs / 1000 - earlier < TOKEN_SECONDS) return { redriveDate: earlier };
  const refusal = execution.origin
    ? 'Execution was dispatched by a Map Run: redrive the execution that started it'
    : redriveRefusal(execution, nowMs);
  if (refusal !== undefined) throw new AwsError('ExecutionNotRedrivable', refusal);
  redrive(engine, execution);
  if (token !== undefined) engine.redrives.set(token, nowMs / 1000);
  return { redriveDate: execution.redriveDate };
};
