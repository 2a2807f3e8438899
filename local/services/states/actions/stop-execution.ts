import type { Action } from './action.ts';
import { refuseExpress } from './describe-execution.ts';

/** `StopExecution`: ends a running execution; one that has ended stays as it is. */
export const stopExecution: Action = engine => async input => {
  const execution = engine.execution(input.executionArn);
  refuseExpress(execution);
  if (execution.status === 'RUNNING') {
    execution.abort({ status: 'ABORTED', error: textOrNothing(input.error), cause: textOrNothing(input.cause) });
    await execution.ended;
  }
  return { stopDate: execution.stopDate ?? engine.cloud.clock.now() / 1000 };
};

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
