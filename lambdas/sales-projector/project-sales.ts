import { messageOf } from '../../core/index.ts';
import { behaviourEventTypes } from '../../domains/behaviour/events/event-types.ts';
import { parseBehaviourFact } from '../../domains/behaviour/events/fact-contracts.ts';
import type { PurchaseMade } from '../../domains/behaviour/events/generated/data-types.ts';
import type { Sale, SaleOutcome } from '../adapters/sales-table-dynamodb.ts';
import { readBusMessage } from '../runtime/bus-message.ts';
import { fingerprint } from '../runtime/fingerprint.ts';

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
}

/** Counts sales; hears of each fate as soon as it is certain. */
export type CountSales = (
  sales: readonly Sale[],
  onOutcome: (sale: Sale, outcome: SaleOutcome) => void,
) => Promise<void>;

export interface SalesReport {
  readonly counted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Messages to be delivered again, or to end in the dead-letter queue. */
  readonly failedMessages: readonly string[];
  readonly reasons: readonly string[];
}

/**
 * Counts the purchases of a batch of messages. A message is done when its purchase is counted, now or earlier; one that
 * cannot be read, or whose id was used for something else, fails by itself and ends in the dead-letter queue.
 */
export async function projectSales(messages: readonly QueueMessage[], countSales: CountSales): Promise<SalesReport> {
  const reasons: string[] = [];
  const outcomes = new Map<string, SaleOutcome>();
  const sales = new Map<string, Sale>();
  const read = messages.map(message => ({ messageId: message.messageId, ...readSale(message.body) }));
  for (const { sale, reason } of read) {
    if (sale && !sales.has(sale.eventId)) sales.set(sale.eventId, sale);
    if (reason) reasons.push(reason);
  }
  try {
    await countSales([...sales.values()], (sale, outcome) => outcomes.set(sale.eventId, outcome));
  } catch (error) {
    reasons.push(messageOf(error));
  }
  const tally = { counted: 0, duplicates: 0, conflicts: 0 };
  const failedMessages = read.flatMap(({ messageId, sale }) => {
    const fate = sale && fateOf(sale, sales, outcomes);
    if (fate === 'counted') tally.counted += 1;
    if (fate === 'duplicate') tally.duplicates += 1;
    if (fate === 'conflict') tally.conflicts += 1;
    return fate === 'counted' || fate === 'duplicate' ? [] : [messageId];
  });
  return { ...tally, failedMessages, reasons };
}

/** A second message of one event in the batch is a duplicate of the first, or in conflict with it. */
function fateOf(
  sale: Sale,
  sales: ReadonlyMap<string, Sale>,
  outcomes: ReadonlyMap<string, SaleOutcome>,
): SaleOutcome | undefined {
  const first = sales.get(sale.eventId);
  const outcome = outcomes.get(sale.eventId);
  if (first === sale || outcome === undefined) return outcome;
  return first?.fingerprint === sale.fingerprint ? 'duplicate' : 'conflict';
}

function readSale(body: string): { sale?: Sale; reason?: string } {
  const parsed = readBusMessage(body, parseBehaviourFact);
  if (!parsed.ok) return { reason: `${parsed.problem.field}: ${parsed.problem.reason}` };
  const event = parsed.value;
  if (event.type !== behaviourEventTypes.purchaseMade) return { reason: `type: '${event.type}' is not for this queue` };
  const purchase = event.data as PurchaseMade; // judged by the contract of its type
  return { sale: { eventId: event.id, fingerprint: fingerprint(event), purchase } };
}
