import type { CloudEvent } from '../events/cloud-event.ts';
import type { ItemRef } from '../ports/idempotency-transactions.ts';
import { rememberHoursOf } from './idempotency-row.ts';
import type { Settings } from './processor-identity.ts';
import type { Effects, TransactDefinition } from './transact-definition.ts';
import type { FoundItem, TableRules } from './transact-write.ts';

const HOUR_MS = 60 * 60 * 1000;

/** A processor with the `transact` guarantee, with the values of its settings. */
export interface TransactProcessor<Incoming extends CloudEvent = CloudEvent> {
  readonly name: string;
  readonly key: (event: Incoming) => string;
  readonly tables: TableRules;
  readonly reads: (event: CloudEvent) => readonly ItemRef[];
  readonly effects: (event: CloudEvent, found: (ref: ItemRef) => FoundItem | undefined) => Effects<string>;
  readonly rememberMs: number;
}

/** The processor that a definition describes. */
export function transactProcessor<Incoming extends CloudEvent, Setting extends string, Table extends string>(
  definition: TransactDefinition<Incoming, Setting, Table>,
  settings: Settings<Setting>,
): TransactProcessor<Incoming> {
  const { name, key, tables, reads, effects } = definition;
  return {
    name,
    tables,
    key: key ?? (event => event.subject),
    // records that wait are those that it accepts: their type was judged before they came here
    reads: event => reads?.(event as Incoming) ?? [],
    effects: (event, found) =>
      effects(event as Incoming, { settings, found: (table, itemKey) => found({ table, key: itemKey }) }),
    rememberMs: rememberHoursOf(definition) * HOUR_MS,
  };
}
