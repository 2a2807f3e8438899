import { contentHash } from '../events/content-hash.ts';
import { eventIdWords } from '../events/event-id.ts';
import { hexBytes } from '../events/hex-digits.ts';
import type { Imprint } from './imprint.ts';

/**
 * From which to which time some ids were made, by the time that ids carry: the upper 40 of its 48 bits (units of 256 ms),
 * as 10 hexadecimal digits, so that text order is time order.
 */
export interface IdSpan {
  readonly from: string;
  readonly until: string;
}

/** What an item says about one of its pages. */
export interface IdPageRef {
  /** 12 hexadecimal digits, a hash of key and content: a page never changes, and one that was tampered with is known. */
  readonly name: string;
  readonly span: IdSpan;
  readonly count: number;
  /** When the log took the newest event on it, epoch ms. */
  readonly lastArrivedMs: number;
}

/** Imprints that no longer fit into the item of their key, oldest first; written once, before the item lets them go. */
export interface IdPage extends IdPageRef {
  readonly imprints: readonly Imprint[];
  /** From then on nobody asks for it, epoch ms. */
  readonly expiresAtMs: number;
}

/** Pages by name. */
export type IdPages = ReadonlyMap<string, readonly Imprint[]>;

/** The name that a page with these imprints has. */
export function pageName(key: string, imprints: readonly Imprint[]): string {
  return contentHash(`${key}\n${imprints.join('')}`).slice(0, 12);
}

/** The time that an id carries, in the units of `IdSpan`. */
export function idTime(id: string): string {
  return idTimeIn(eventIdWords(id));
}

/** The same, of the words of an id. */
export function idTimeIn([first, second]: ReturnType<typeof eventIdWords>): string {
  return hexBytes(first, 0, 4) + hexBytes(second, 0, 1);
}

export function isWithin({ from, until }: IdSpan, time: string): boolean {
  return from <= time && time <= until;
}
