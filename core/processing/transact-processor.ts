import { readerCast } from '../contracts/casting/cast-event.ts';
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
  const cast = readerCast(definition.accepts); // records that wait are those that it accepts: they were judged before
  return {
    name,
    tables,
    key: key ? event => key(cast(event)) : event => event.subject,
    reads: event => reads?.(cast(event)) ?? [],
    effects: (event, found) =>
      effects(cast(event), { settings, found: (table, itemKey) => found({ table, key: itemKey }) }),
    rememberMs: rememberHoursOf(definition) * HOUR_MS,
  };
}
