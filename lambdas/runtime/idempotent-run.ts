/** What processors that remember events by rows have in common; everything is made from the environment. */
import type { FoldStore, Gate } from '../../core/index.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import type { IdempotencyOptions } from '../adapters/idempotency-dynamodb.ts';
import type { LaneTable } from '../adapters/lanes-dynamodb.ts';
import { dynamodbClient } from './clients.ts';
import { optionalVariable, textVariable } from './environment.ts';
import { timeLeftMs } from './in-time.ts';
import { ports } from './ports.ts';

const KEY_ATTRIBUTE = 'key';

/** The table of the rows, in IDEMPOTENCY_TABLE, and that of facts, in OUTBOX_TABLE if there are any. */
export function idempotencyOptions(): IdempotencyOptions {
  const outboxTable = optionalVariable('OUTBOX_TABLE');
  return {
    client: dynamodbClient(),
    tableName: textVariable('IDEMPOTENCY_TABLE'),
    ...(outboxTable !== undefined && { outboxTable }),
    ...ports,
  };
}

/** The items of keys that were parked, in STATE_TABLE, and the lanes, in PARKED_TABLE. */
export function gatesOf(processor: string): FoldStore<Gate> {
  return dynamodbFoldStore<Gate>({
    client: dynamodbClient(),
    tableName: textVariable('STATE_TABLE'),
    layout: { keyAttribute: KEY_ATTRIBUTE },
    lanes: lanesOf(processor),
    ...ports,
  });
}

/** The lanes of parked keys, in PARKED_TABLE, for who lists or drains them. */
export function lanesOf(processor: string): LaneTable {
  return { client: dynamodbClient(), tableName: textVariable('PARKED_TABLE'), processor };
}

/** Whether the invocation lasts for something of that length, and for writing down what came of it. */
export function hasTime(forMs: number): boolean {
  return timeLeftMs() > forMs + RECORDING_MS;
}

const RECORDING_MS = 1000;
