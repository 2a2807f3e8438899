/** The client tokens of transactions: a repetition within ten minutes does nothing. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { StateChanges } from './durability/state-changes.ts';

const IDEMPOTENCY_WINDOW_MS = 10 * 60 * 1000;

/** The outcome of a transaction that a client named. */
export interface CompletedTransaction {
  readonly fingerprint: string;
  readonly completedAtMs: number;
}

/** Where they are remembered. */
export interface TransactionLog {
  readonly cloud: Cloud;
  readonly changes: StateChanges;
  /** By client request token, in the order of completion. */
  readonly transactions: Map<string, CompletedTransaction>;
}

/** The same for requests of the same content, whatever the order of their members. */
export function fingerprintOf(actions: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(actions)))
    .digest('base64');
}

/** @throws AwsError IdempotentParameterMismatchException when the token named another transaction */
export function isRepeated(log: TransactionLog, token: string, fingerprint: string): boolean {
  forgetOld(log);
  const completed = log.transactions.get(token);
  if (!completed || completed.completedAtMs <= oldestMs(log)) return false;
  if (completed.fingerprint === fingerprint) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
  );
}

export function remember(log: TransactionLog, token: string, fingerprint: string): void {
  log.transactions.set(token, { fingerprint, completedAtMs: log.cloud.clock.now() });
  log.changes.transaction(token);
}

function forgetOld(log: TransactionLog): void {
  const oldest = oldestMs(log);
  for (const [token, { completedAtMs }] of log.transactions) {
    if (completedAtMs > oldest) break; // in the order of completion
    log.transactions.delete(token);
    log.changes.transaction(token);
  }
}

function oldestMs({ cloud }: TransactionLog): number {
  return cloud.clock.now() - IDEMPOTENCY_WINDOW_MS;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, canonical(inner)] as const);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
