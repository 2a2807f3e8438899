import type { FieldsOf } from '../contracts/event-reader.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { EventContract } from '../events/event-contract.ts';

/** What every processor says about itself, whatever it guarantees. */
export interface ProcessorIdentity<Incoming extends CloudEvent, Setting extends string> {
  /** In kebab case; the function, its handler's folder, its queues and its counts have this name. */
  readonly name: string;
  /** One sentence, for whoever finds the function. */
  readonly description: string;
  /** Contracts of the events that it takes, all of one domain; others pass by. */
  readonly accepts: readonly EventContract<Incoming>[];
  /**
   * Every contract of the domain that comes in: an event of the domain that is none of them is quarantined.
   * @default what it accepts
   */
  readonly knows?: readonly EventContract[];
  /**
   * The fields that it reads, by type: `{ 'travel.trip.confirmed.v1': ['time', 'data.tripId'] }`. They are checked against every
   * version of the type's schema, and a change of schema that breaks it names it.
   */
  readonly readsFields?: Partial<FieldsOf<Incoming>>;
  /** Names of numbers that the configuration gives it, in camel case and with their unit: `sessionGapMinutes`. @default none */
  readonly settings?: readonly Setting[];
}

/** The values of a processor's settings. */
export type Settings<Setting extends string> = Readonly<Record<Setting, number>>;

/** The environment variable that carries a setting: `SESSION_GAP_MINUTES` for `sessionGapMinutes`. */
export function settingVariable(setting: string): string {
  return setting.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase();
}

/** The environment variable that carries the physical name of a table: `TABLE_DAY_TOTALS` for `dayTotals`. */
export function tableVariable(table: string): string {
  return `TABLE_${settingVariable(table)}`;
}

/** The event that a contract describes. */
export type EventOf<Contract> = Contract extends { readonly agreed?: infer Agreed }
  ? Agreed extends CloudEvent
    ? Agreed
    : never
  : never;
