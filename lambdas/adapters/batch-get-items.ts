import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type BackOff, backOffDelayMs, type Clock, type Ids, ThrottledError } from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { chunks } from '../runtime/chunks.ts';
import { operatingError } from './aws-errors.ts';
import type { Attributes } from './fold-item-dynamodb.ts';

/** Keys of one BatchGetItem call. */
const MAX_KEYS = 100;
const CALLS_AT_ONCE = 4;
const BACK_OFF: BackOff = { tries: 8, firstDelayMs: 25, maxDelayMs: 1000 };

export interface BatchGetOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface BatchGetReading {
  /** Whether items may be as they were a moment ago, for half the read units. @default false */
  readonly mayBeStale?: boolean;
}

/**
 * Reads items by their keys, strongly consistent unless they may be stale. `UnprocessedKeys` are asked for again with back-off.
 * @throws ThrottledError when some are still unprocessed after the last try
 */
export async function batchGetItems(
  options: BatchGetOptions,
  keys: readonly Attributes[],
  reading: BatchGetReading = {},
): Promise<Attributes[]> {
  const calls = chunks(keys, { maxItems: MAX_KEYS });
  return (await atOnce(calls, CALLS_AT_ONCE, chunk => getChunk(options, chunk, reading))).flat();
}

async function getChunk(
  options: BatchGetOptions,
  keys: readonly Attributes[],
  { mayBeStale = false }: BatchGetReading,
): Promise<Attributes[]> {
  const { client, tableName, clock, ids } = options;
  const items: Attributes[] = [];
  let open: Attributes[] = [...keys];
  for (let attempt = 1; ; attempt++) {
    const answer = await client
      .send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: open, ConsistentRead: !mayBeStale } } }))
      .catch(error => {
        throw operatingError(error);
      });
    items.push(...(answer.Responses?.[tableName] ?? []));
    open = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (open.length === 0) return items;
    if (attempt >= BACK_OFF.tries) {
      throw new ThrottledError(`Cannot read ${tableName}: ${open.length} keys unprocessed after ${attempt} tries`);
    }
    await clock.sleep(backOffDelayMs(BACK_OFF, attempt, ids.random));
  }
}
