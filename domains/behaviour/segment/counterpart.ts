import type { BehaviourEvent } from '../events/behaviour-event.ts';
import type { JsonObject } from './segment-message.ts';

/** What a message is in our words. Its data are judged by the contract of the type, like everybody's. */
export interface Counterpart {
  readonly type: BehaviourEvent['type'];
  readonly data: JsonObject;
  /** The properties that the data stand for entirely; the others travel beside them. */
  readonly taken: ReadonlySet<string>;
}

/** Reads the properties of a message under whichever name they have, and keeps account of those that were taken whole. */
export interface PropertyReader {
  /** Text, cut to so many characters. Numbers are ids of databases. */
  text(names: readonly string[], maxChars: number): string | undefined;
  /** A number, also when it is spelled as text; anything else as it is, for the contract to refuse. */
  number(names: readonly string[]): unknown;
  readonly taken: ReadonlySet<string>;
}

export function readProperties(properties: JsonObject): PropertyReader {
  const taken = new Set<string>();
  const find = (names: readonly string[]) => names.find(name => isGiven(properties[name]));
  return {
    taken,
    text(names, maxChars) {
      const name = find(names);
      const value = name === undefined ? undefined : properties[name];
      if (name === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
      const text = String(value);
      if (text.length <= maxChars) taken.add(name);
      return text.slice(0, maxChars).toWellFormed();
    },
    number(names) {
      const name = find(names);
      if (name === undefined) return undefined;
      taken.add(name);
      return numberOf(properties[name]);
    },
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

const DECIMAL = /^\s*-?\d+(\.\d+)?\s*$/;

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
}

/** Leaves out what is not there: JSON has no `undefined`, and a contract refuses it. */
export function given(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
