import { type Ledger, messageOf, openLedger, type Quarantine } from '../../core/index.ts';
import { behaviourEventTypes } from '../../domains/behaviour/events/event-types.ts';
import type { PurchaseMade } from '../../domains/behaviour/events/generated/data-types.ts';
import type { ConsumeOutcome } from '../adapters/consume-once-dynamodb.ts';
import type { Sale } from '../adapters/sales-table-dynamodb.ts';
import { atOnce } from '../runtime/at-once.ts';
import { type BusFact, type BusMessage, type BusReader, enterFact, readBusMessage } from '../runtime/bus-message.ts';
import { conflictingEvent } from '../runtime/conflicting-event.ts';
import { fingerprint } from '../runtime/fingerprint.ts';

export interface SalesDependencies {
  /** Counts sales; hears of each fate as soon as it is certain. */
  readonly countSales: (
    sales: readonly Sale[],
    onOutcome: (sale: Sale, outcome: ConsumeOutcome) => void,
  ) => Promise<void>;
  readonly reader: BusReader;
  readonly quarantine: Quarantine;
}

export interface SalesReport {
  readonly counted: number;
  readonly duplicates: number;
  /** Events whose id stands for other content; those that were quarantined before are not counted again. */
  readonly quarantined: number;
  /** Messages to be delivered again, or to end in the dead-letter queue. */
  readonly failedMessages: readonly string[];
  readonly reasons: readonly string[];
  readonly ledger: Ledger;
}

const READS_AT_ONCE = 8;

interface ReadMessage {
  readonly message: BusMessage;
  readonly fact?: BusFact;
  readonly sale?: Sale;
  readonly reason?: string;
}

/**
 * Counts the purchases of a batch of messages. A message is done when its purchase is counted, now or earlier, or, where its
 * id stands for something else, quarantined; one that cannot be read fails by itself and ends in the dead-letter queue.
 */
export async function projectSales(
  messages: readonly BusMessage[],
  dependencies: SalesDependencies,
): Promise<SalesReport> {
  const read = await atOnce(messages, READS_AT_ONCE, message => readSale(message, dependencies.reader));
  const reasons = read.flatMap(({ reason }) => reason ?? []);
  const sales = new Map<string, Sale>();
  for (const { sale } of read) if (sale && !sales.has(sale.eventId)) sales.set(sale.eventId, sale);
  const outcomes = new Map<string, ConsumeOutcome>();
  try {
    await dependencies.countSales([...sales.values()], (sale, outcome) => outcomes.set(sale.eventId, outcome));
  } catch (error) {
    reasons.push(messageOf(error));
  }
  const tally = { counted: 0, duplicates: 0, quarantined: 0 };
  const failedMessages: string[] = [];
  const ledger = openLedger();
  for (const each of read) {
    const fate = each.sale && fateOf(each.sale, sales, outcomes);
    if (fate === 'consumed' || fate === 'duplicate') {
      tally[fate === 'consumed' ? 'counted' : 'duplicates'] += 1;
      if (each.fact) enterFact(ledger, fate, each.fact);
    } else {
      const kept = fate === 'conflict' ? await keepConflict(each, dependencies.quarantine, reasons) : undefined;
      if (kept === undefined) failedMessages.push(each.message.messageId);
      else if (kept) {
        tally.quarantined += 1;
        if (each.fact) enterFact(ledger, 'quarantined', each.fact);
      }
    }
  }
  return { ...tally, failedMessages, reasons, ledger };
}

/** A second message of one event in the batch is a duplicate of the first, or in conflict with it. */
function fateOf(
  sale: Sale,
  sales: ReadonlyMap<string, Sale>,
  outcomes: ReadonlyMap<string, ConsumeOutcome>,
): ConsumeOutcome | undefined {
  const first = sales.get(sale.eventId);
  const outcome = outcomes.get(sale.eventId);
  if (first === sale || outcome === undefined) return outcome;
  if (first?.fingerprint === sale.fingerprint) return outcome === 'consumed' ? 'duplicate' : outcome;
  return outcome === 'conflict' ? undefined : 'conflict'; // which of the two is known, the next delivery tells
}

/** @returns whether it was new; nothing when it could not be kept */
async function keepConflict(
  { message, fact }: ReadMessage,
  quarantine: Quarantine,
  reasons: string[],
): Promise<boolean | undefined> {
  if (!fact) return undefined;
  try {
    const isNew = await quarantine.keep(conflictingEvent('sales-projector', message, fact.received));
    reasons.push(`event id ${fact.received.id} was consumed before, with other content`);
    return isNew;
  } catch (error) {
    reasons.push(messageOf(error));
    return undefined;
  }
}

async function readSale(message: BusMessage, reader: BusReader): Promise<ReadMessage> {
  try {
    const parsed = await readBusMessage(message.body, reader);
    if (!parsed.ok) return { message, reason: `${parsed.problem.field}: ${parsed.problem.reason}` };
    const { event, received } = parsed.value;
    if (event.type !== behaviourEventTypes.purchaseMade) {
      return { message, reason: `type: '${event.type}' is not for this queue` };
    }
    const purchase = event.data as PurchaseMade; // judged by the contract of its type
    return {
      message,
      fact: parsed.value,
      sale: { eventId: event.id, fingerprint: fingerprint(received), purchase },
    };
  } catch (error) {
    return { message, reason: messageOf(error) };
  }
}
