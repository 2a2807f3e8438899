import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Tables } from './counted-tables.ts';
import type { Batch } from './event-batches.ts';

/** One way to keep the session profiles of visitors. */
export interface Processor {
  readonly name: string;
  /** Makes it anew, as in a function that has just started, and gives what handles a batch. */
  open(client: DynamoDBClient, tables: Tables): (batch: Batch) => Promise<void>;
}

/** A longer pause between two events of a visitor begins a new session. */
export const SESSION_GAP_MINUTES = 30;
