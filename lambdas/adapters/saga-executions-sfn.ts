import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SagaInput } from '../../domains/travel/saga/saga-input.ts';
import { errorName, operatingError } from './aws-errors.ts';

export interface SagaStart {
  readonly input: SagaInput;
  /** Who starts it: the same when one call is sent again, another for every other. */
  readonly startedBy: string;
}

/**
 * Starts the saga of a trip. The execution's name is the trip's id, so that a second start finds the first. While an execution
 * runs, AWS answers a start under its name with the same input as if it had just been started; who starts it is part of the input,
 * so that only a call whose answer was lost gets that answer.
 * @returns whether this start was the first
 */
export async function startSaga(
  client: SFNClient,
  stateMachineArn: string,
  { input, startedBy }: SagaStart,
): Promise<boolean> {
  const text = JSON.stringify({ ...input, startedBy });
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name: input.tripId, input: text }));
    return true;
  } catch (error) {
    if (errorName(error) === 'ExecutionAlreadyExists') return false;
    throw operatingError(error);
  }
}
