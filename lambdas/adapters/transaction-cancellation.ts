import { type AttributeValue, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** Why one item of a transaction stood in the way; code `None` when it did not. */
export interface CancellationReason {
  readonly code: string;
  /** The item as it was found, when the request asked for it. */
  readonly found: Record<string, AttributeValue> | undefined;
}

/** What stood in the way, each said once. */
export function codesOf(reasons: readonly CancellationReason[]): string {
  return [...new Set(reasons.map(({ code }) => code).filter(code => code !== 'None'))].join(', ');
}

/** The reasons of a cancelled transaction, in the order of its items; `undefined` when `error` is something else. */
export function cancellationOf(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return (error.CancellationReasons ?? []).map(reason => ({ code: reason.Code ?? 'None', found: reason.Item }));
}
