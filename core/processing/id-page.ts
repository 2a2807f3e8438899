import { contentHash } from '../events/content-hash.ts';
import { eventIdWords, type IdWords } from '../events/event-id.ts';
import type { Imprints } from './imprint.ts';

/** From which to which time some ids were made, by the time that ids carry: the upper 40 of its 48 bits (units of 256 ms). */
export interface IdSpan {
  readonly from: number;
  readonly until: number;
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
  readonly imprints: Imprints;
  /** From then on nobody asks for it, epoch ms. */
  readonly expiresAtMs: number;
}

/** Pages by name. */
export type IdPages = ReadonlyMap<string, Imprints>;

/** The name that a page with these imprints has. */
export function pageName(key: string, imprints: Imprints): string {
  return contentHash(`${key}\n${imprints}`).slice(0, 12);
}

/** The time that an id carries, in the units of `IdSpan`. */
export function idTime(id: string): number {
  return idTimeIn(eventIdWords(id));
}

/** The same, of the words of an id. */
export function idTimeIn({ first, second }: Pick<IdWords, 'first' | 'second'>): number {
  return (first >>> 0) * 256 + (second >>> 24);
}

export function isWithin({ from, until }: IdSpan, time: number): boolean {
  return from <= time && time <= until;
}
