/**
 * Consumers' memory: an event takes effect once, however often it is delivered. Pairs with the publisher, which repeats
 * facts under the same ids.
 *
 * 1. Effects and the rows that remember their events are written in one transaction: both or neither.
 * 2. While nothing is known yet, nothing is read: the transaction itself says which of its events are known. Once one was,
 *    the rest of the batch is asked about in one read: a replay brings many.
 * 3. An event whose id stands for other content is a conflict: its effect is not written.
 * 4. Rows end by themselves (TTL), later than anything that could deliver the event again.
 */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { BackOff } from '../../core/index.ts';
import { chunks } from '../runtime/chunks.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import type { Attributes } from './fold-item-dynamodb.ts';
import { beforeNextTry, transactItems } from './transact-items.ts';

/** An event as its consumer remembers it. */
export interface Consumable {
  readonly eventId: string;
  /** Equal for equal content: the same id with another one is a conflict. */
  readonly fingerprint: string;
}

/** What became of an event. `conflict`: its id was used before, with other content. */
export type ConsumeOutcome = 'consumed' | 'duplicate' | 'conflict';

/** `tableName` is the table of the rows. */
export interface ConsumeOnceOptions extends BatchGetOptions {
  /** Whose memory it is: consumers share a table and nothing else. */
  readonly consumer: string;
  readonly rememberDays: number;
}

export interface Consumption<Event extends Consumable> {
  /** Ids must be different. */
  readonly events: readonly Event[];
  /** The writes that these events make together, at most one for each of them; none to the table of the rows. */
  readonly effectsOf: (events: readonly Event[]) => readonly TransactWriteItem[];
  /** Hears of each event as soon as its fate is certain. */
  readonly onOutcome: (event: Event, outcome: ConsumeOutcome) => void;
}

const DAY_SECONDS = 24 * 60 * 60;
/** Events of one transaction: with a row and an effect for each at worst, it holds 100 items. */
const MAX_EVENTS = 50;
const BACK_OFF: BackOff = { tries: 10, firstDelayMs: 20, maxDelayMs: 1000 };

/** Lets events take effect, each once. @throws ThrottledError when the tables do not take them now, TerminalError when they never will */
export async function consumeOnce<Event extends Consumable>(
  options: ConsumeOnceOptions,
  { events, effectsOf, onOutcome }: Consumption<Event>,
): Promise<void> {
  let known: ReadonlyMap<string, Attributes> | undefined;
  for (const [index, chunk] of chunks(events, { maxItems: MAX_EVENTS }).entries()) {
    const fresh = chunk.filter(event => !known?.has(event.eventId));
    for (const event of chunk) {
      const row = known?.get(event.eventId);
      if (row) onOutcome(event, knownOutcome(event, row));
    }
    const met = await consumeChunk(options, { events: fresh, effectsOf, onOutcome });
    if (met > 0) known ??= await findRows(options, events.slice((index + 1) * MAX_EVENTS));
  }
}

/** @returns how many events of the chunk turned out to be known */
async function consumeChunk<Event extends Consumable>(
  options: ConsumeOnceOptions,
  { events, effectsOf, onOutcome }: Consumption<Event>,
): Promise<number> {
  let open = events;
  let met = 0;
  for (let attempt = 1; open.length > 0; ) {
    const items = [...open.map(event => rowOf(options, event)), ...effectsOf(open)];
    const reasons = await transactItems(options.client, items);
    if (!reasons) {
      for (const event of open) onOutcome(event, 'consumed');
      return met;
    }
    const known = open.filter((_, index) => reasons[index]?.code === 'ConditionalCheckFailed');
    for (const event of known) onOutcome(event, knownOutcome(event, reasons[open.indexOf(event)]?.found));
    open = open.filter(event => !known.includes(event));
    met += known.length;
    if (known.length > 0) continue; // the transaction is a different one now: no reason to wait
    attempt = await beforeNextTry(options, { attempt, backOff: BACK_OFF, reasons, doing: 'consume events' });
  }
  return met;
}

function rowOf({ tableName, consumer, rememberDays, clock }: ConsumeOnceOptions, event: Consumable): TransactWriteItem {
  return {
    Put: {
      TableName: tableName,
      Item: marshall({
        id: rowId(consumer, event),
        fingerprint: event.fingerprint,
        expiresAt: Math.floor(clock.now() / 1000) + rememberDays * DAY_SECONDS,
      }),
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function rowId(consumer: string, { eventId }: Consumable): string {
  return `${consumer}#${eventId}`;
}

/** Invariant 2: the rows of those that are known, by event id, in one read. */
async function findRows(
  options: ConsumeOnceOptions,
  events: readonly Consumable[],
): Promise<ReadonlyMap<string, Attributes>> {
  if (events.length === 0) return new Map();
  const keys = events.map(event => ({ id: { S: rowId(options.consumer, event) } }));
  const rows = await batchGetItems(options, keys);
  return new Map(rows.map(row => [(row.id?.S ?? '').slice(options.consumer.length + 1), row]));
}

function knownOutcome(event: Consumable, row: Attributes | undefined): ConsumeOutcome {
  const stored = row && unmarshall(row).fingerprint;
  return stored === undefined || stored === event.fingerprint ? 'duplicate' : 'conflict';
}
