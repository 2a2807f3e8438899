import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SagaInput } from '../../domains/travel/saga/saga-input.ts';
import { errorName, operatingError } from './aws-errors.ts';

/**
 * Starts the saga of a trip. The execution's name is the trip's id, so that a second start finds the first.
 * @returns whether it was new; a start with the same input while the first still runs counts as new, AWS does not tell
 */
export async function startSaga(client: SFNClient, stateMachineArn: string, input: SagaInput): Promise<boolean> {
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name: input.tripId, input: JSON.stringify(input) }));
    return true;
  } catch (error) {
    if (errorName(error) === 'ExecutionAlreadyExists') return false;
    throw operatingError(error);
  }
}
