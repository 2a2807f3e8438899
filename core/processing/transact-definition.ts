import type { CloudEvent } from '../events/cloud-event.ts';
import type { ProcessorIdentity, Settings } from './processor-identity.ts';
import type { FoundItem, ItemKey, TableRule, TableRules, TableWrite } from './transact-write.ts';

/** What one event does: writes and facts, all of them or none. */
export interface Effects<Table extends string> {
  readonly writes: readonly TableWrite<Table>[];
  /** Facts to publish, in order; their ids must be derived from the event's. @default none */
  readonly emitted?: readonly CloudEvent[];
}

export interface EffectContext<Table extends string, Setting extends string> {
  /** An item that `reads` named, as it was read a moment ago; a write that relies on it says so in `expect`. */
  readonly found: (table: Table, key: ItemKey) => FoundItem | undefined;
  readonly settings: Settings<Setting>;
}

/** A processor whose effects are writes to tables: those of an event happen once, together, or not at all. */
export interface TransactDefinition<Incoming extends CloudEvent, Setting extends string, Table extends string>
  extends ProcessorIdentity<Incoming, Setting> {
  readonly guarantee: 'transact';
  /** What takes effect in order: events of one key. @default the subject */
  readonly key?: (event: Incoming) => string;
  /** The tables that it reads and writes, by the names that it knows them under, in camel case. */
  readonly tables: Readonly<Record<Table, TableRule>>;
  /** Items that have to be known before the effects are. Pure. @default none */
  readonly reads?: (event: Incoming) => readonly { readonly table: NoInfer<Table>; readonly key: ItemKey }[];
  /** Pure. Whatever it throws is terminal for the key. */
  readonly effects: (event: Incoming, context: EffectContext<NoInfer<Table>, Setting>) => Effects<NoInfer<Table>>;
  /** Whether it emits facts: then they go to the bus. @default false */
  readonly emits?: boolean;
  /** For how long an event is remembered, at least 24. @default 48 */
  readonly rememberHours?: number;
}

/** What infrastructure has to know of a definition. */
export interface AnyTransactDefinition {
  readonly name: string;
  readonly description: string;
  readonly guarantee: 'transact';
  readonly tables: TableRules;
  readonly emits?: boolean;
  readonly rememberHours?: number;
  readonly settings?: readonly string[];
}
