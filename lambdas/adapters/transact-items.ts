/** Several items written together, conditionally: all or nothing, and the reasons when it is nothing. */
import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  type BackOff,
  backOffDelayMs,
  type Clock,
  type Ids,
  messageOf,
  TerminalError,
  ThrottledError,
} from '../../core/index.ts';
import { timeLeftMs } from '../runtime/in-time.ts';
import { operatingError } from './aws-errors.ts';
import { type CancellationReason, cancellationOf, codesOf } from './transaction-cancellation.ts';

/**
 * Writes items together.
 * @returns the reasons when they were not written, and may be another time; nothing when they were
 * @throws TerminalError when the tables will never take them; ThrottledError
 */
export async function transactItems(
  client: DynamoDBClient,
  items: TransactWriteItem[],
): Promise<readonly CancellationReason[] | undefined> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return undefined;
  } catch (error) {
    const reasons = cancellationOf(error);
    if (!reasons) throw operatingError(error);
    if (!reasons.some(({ code }) => code === 'ValidationError')) return reasons;
    throw new TerminalError(`Cannot write items: ${messageOf(error)}`, { cause: error });
  }
}

/** A try that was cancelled, of so many that there are. */
export interface CancelledTry {
  /** From 1. */
  readonly attempt: number;
  readonly backOff: BackOff;
  readonly reasons: readonly CancellationReason[];
  /** What could not be done, for example `write rows`. */
  readonly doing: string;
}

/** Waits before the next try. @returns its number @throws ThrottledError when there is none, or no time for it */
export async function beforeNextTry(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  { attempt, backOff, reasons, doing }: CancelledTry,
): Promise<number> {
  const delayMs = backOffDelayMs(backOff, attempt, ids.random);
  if (attempt >= backOff.tries || delayMs >= timeLeftMs()) {
    throw new ThrottledError(`Cannot ${doing}: ${codesOf(reasons)} after ${attempt} tries`);
  }
  await clock.sleep(delayMs);
  return attempt + 1;
}
