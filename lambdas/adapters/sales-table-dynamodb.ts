import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type BackOff, backOffDelayMs, type Clock, type Ids, ThrottledError } from '../../core/index.ts';
import type { PurchaseMade } from '../../domains/behaviour/events/generated/data-types.ts';
import { type DailySales, salesByDay } from '../../domains/behaviour/projections/daily-sales.ts';
import { chunks } from '../runtime/chunks.ts';
import { operatingError } from './aws-errors.ts';
import { type CancellationReason, cancellationOf } from './transaction-cancellation.ts';

/** A purchase on its way into the read model. */
export interface Sale {
  readonly eventId: string;
  /** Equal for equal content: the same id with another one is a conflict. */
  readonly fingerprint: string;
  readonly purchase: PurchaseMade;
}

/** What became of a sale. `conflict`: its id was used before, with other content. */
export type SaleOutcome = 'counted' | 'duplicate' | 'conflict';

export interface SalesTableOptions {
  readonly client: DynamoDBClient;
  readonly salesTable: string;
  readonly idempotencyTable: string;
  /** For so long an event is known again: longer than anything keeps it that could deliver it a second time. */
  readonly idempotencyDays: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

const PROCESSOR = 'sales-projector';
const DAY_SECONDS = 24 * 60 * 60;
/** Sales of one transaction: with a row for each of their days at worst, it holds 100 items. */
const MAX_SALES = 50;
const BACK_OFF: BackOff = { tries: 10, firstDelayMs: 20, maxDelayMs: 1000 };

/**
 * Counts sales into their days, each exactly once: the idempotency rows and the sums change in one transaction. Ids must
 * be different within `sales`. `onOutcome` hears of each sale as soon as its fate is certain.
 * @throws ThrottledError when the table does not take them
 */
export async function countSales(
  options: SalesTableOptions,
  sales: readonly Sale[],
  onOutcome: (sale: Sale, outcome: SaleOutcome) => void,
): Promise<void> {
  for (const chunk of chunks(sales, { maxItems: MAX_SALES })) await countChunk(options, chunk, onOutcome);
}

async function countChunk(
  options: SalesTableOptions,
  chunk: readonly Sale[],
  onOutcome: (sale: Sale, outcome: SaleOutcome) => void,
): Promise<void> {
  let open = chunk;
  for (let attempt = 1; open.length > 0; ) {
    const reasons = await transact(options, open);
    if (!reasons) {
      for (const sale of open) onOutcome(sale, 'counted');
      return;
    }
    const known = open.filter((_, index) => reasons[index]?.code === 'ConditionalCheckFailed');
    for (const sale of known) onOutcome(sale, knownOutcome(sale, reasons[open.indexOf(sale)]));
    open = open.filter(sale => !known.includes(sale));
    if (known.length > 0) continue; // the transaction is a different one now: no reason to wait
    if (attempt >= BACK_OFF.tries)
      throw new ThrottledError(`Cannot count sales: ${codesOf(reasons)} after ${attempt} tries`);
    await options.clock.sleep(backOffDelayMs(BACK_OFF, attempt, options.ids.random));
    attempt += 1;
  }
}

/** @returns the reasons when the transaction was cancelled, nothing when it is done */
async function transact(
  options: SalesTableOptions,
  sales: readonly Sale[],
): Promise<readonly CancellationReason[] | undefined> {
  const items = [
    ...sales.map(sale => idempotencyRow(options, sale)),
    ...salesByDay(sales.map(sale => sale.purchase)).map(day => addToDay(options, day)),
  ];
  try {
    await options.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return undefined;
  } catch (error) {
    const reasons = cancellationOf(error);
    if (!reasons || reasons.some(reason => reason.code === 'ValidationError')) throw operatingError(error);
    return reasons;
  }
}

function idempotencyRow(
  { idempotencyTable, idempotencyDays, clock }: SalesTableOptions,
  sale: Sale,
): TransactWriteItem {
  return {
    Put: {
      TableName: idempotencyTable,
      Item: marshall({
        id: `${PROCESSOR}#${sale.eventId}`,
        fingerprint: sale.fingerprint,
        expiresAt: Math.floor(clock.now() / 1000) + idempotencyDays * DAY_SECONDS,
      }),
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function addToDay({ salesTable }: SalesTableOptions, sales: DailySales): TransactWriteItem {
  const { day, lines, quantity, amountMilli } = sales;
  return {
    Update: {
      TableName: salesTable,
      Key: marshall({ day }),
      UpdateExpression: 'ADD #lines :lines, quantity :quantity, amountMilli :amount',
      ExpressionAttributeNames: { '#lines': 'lines' },
      ExpressionAttributeValues: marshall({ ':lines': lines, ':quantity': quantity, ':amount': amountMilli }),
    },
  };
}

function knownOutcome(sale: Sale, reason: CancellationReason | undefined): SaleOutcome {
  const stored = reason?.found && unmarshall(reason.found).fingerprint;
  return stored === undefined || stored === sale.fingerprint ? 'duplicate' : 'conflict';
}

function codesOf(reasons: readonly CancellationReason[]): string {
  return [...new Set(reasons.map(reason => reason.code).filter(code => code !== 'None'))].join(', ');
}
