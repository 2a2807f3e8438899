/**
 * A bounded memory of events, against producers and collectors that send the same event again.
 *
 * 1. Two tiers. The last imprints stand in the item of their key; when those of earlier writes no longer fit there, they move
 *    to pages, items of their own that are written once, before the item that drops them. A crash in between leaves a page
 *    that nobody knows. What a write brings may stay in its item, up to a page's worth: there it costs no more than on a
 *    page, and no call.
 * 2. A page is read only when an id of the batch could be on it, by the time that ids carry, or when it is to grow.
 * 3. A page is forgotten when its newest event arrived `windowMs` before the newest of the batch, and the oldest pages when
 *    there are more than `limit` imprints. What lies outside is applied again; `forgottenUntilMs` says how far that goes.
 * 4. The first imprint of an id is the event that took effect; later ones are further acceptances of it, or of another
 *    content under its id, remembered so that their own copies are known too.
 * 5. Pages grow by doubling: one that is no larger than what comes after it is taken in, so that there are few.
 */

import { type IdPage, type IdPageRef, type IdPages, type IdSpan, isWithin, pageName } from './id-page.ts';
import {
  eachImprint,
  findImprint,
  IMPRINT_BYTES,
  type Imprint,
  type Imprints,
  imprintCount,
  imprintedId,
  sameAcceptance,
  sameContent,
} from './imprint.ts';
import type { Sighting } from './sighting.ts';
import { Sightings } from './sightings.ts';

/** The memory as an item holds it. */
export interface RecentIds {
  /** Oldest first. */
  readonly imprints: Imprints;
  /** Of the imprints in the item; absent when there is none. */
  readonly span?: IdSpan;
  /** Oldest first. */
  readonly pages: readonly IdPageRef[];
  /** Events that arrived until then may have been forgotten; 0 while none has. */
  readonly forgottenUntilMs: number;
}

/** How much is remembered, and where. */
export interface RecentIdsLimits {
  /** Arrival time for which events are remembered at least; at most twice as long. @default 24 hours */
  readonly windowMs: number;
  /** Imprints of one key. @default 4096 */
  readonly limit: number;
  /** Imprints for which no page is read that could be made to grow. @default 4 */
  readonly leastInItem: number;
  /** Imprints of earlier writes that stand in the item at most. @default 110 */
  readonly mostInItem: number;
  /** Imprints on one page. @default 300, less than 4 KB */
  readonly onPage: number;
}

export const defaultRecentIdsLimits: RecentIdsLimits = {
  windowMs: 24 * 60 * 60 * 1000,
  limit: 4096,
  leastInItem: 4,
  mostInItem: 110,
  onPage: 300,
};

/** Pages of one key at most, however few imprints they hold. */
const MAX_PAGES = 64;
/** A write unit of DynamoDB. */
const WRITE_UNIT_BYTES = 1024;

/** Nothing remembered yet. */
export const noRecentIds: RecentIds = { imprints: '', pages: [], forgottenUntilMs: 0 };

/** What the memory says about an event that has not passed the fence. */
export type Verdict = 'new' | 'duplicate' | 'redelivered' | 'conflicting';

/** A memory to work with through one batch of one key. */
export interface RecentIdsMemory {
  judge(sighting: Sighting): Verdict;
  knows(sighting: Sighting): boolean;
  add(sighting: Sighting): void;
  /**
   * What is to be stored now.
   * @param freeBytes what the item has left of the write units that it takes anyway
   */
  snapshot(freeBytes: number): { readonly recentIds: RecentIds; readonly pages: readonly IdPage[] };
}

/** The pages that have to be read before a batch with these ids can be judged (invariant 2), and those that may grow. */
export function pagesToRead(
  stored: RecentIds,
  { idTimes, newestMs }: { readonly idTimes: readonly number[]; readonly newestMs: number },
  limits: RecentIdsLimits,
): string[] {
  const live = stored.pages.filter(page => !isPast(page, newestMs, limits));
  const wanted = new Set(live.filter(({ span }) => idTimes.some(time => isWithin(span, time))));
  let count = imprintCount(stored.imprints) + idTimes.length;
  if (count > limits.leastInItem) {
    for (const page of live.toReversed()) {
      if (page.count > count || page.count + count > limits.onPage) break;
      wanted.add(page);
      count += page.count;
    }
  }
  return [...wanted].map(({ name }) => name);
}

/** With the times between which its id was made. */
interface Entry extends IdSpan {
  readonly imprint: Imprint;
}

export interface RecallOptions {
  readonly key: string;
  /** The pages that were read. */
  readonly read: IdPages;
  /** When the newest record of the batch arrived. */
  readonly newestMs: number;
  readonly limits: RecentIdsLimits;
}

/** Imprints that were stored, and the times between which their ids were made. */
interface Stored {
  readonly imprints: Imprints;
  readonly span: IdSpan | undefined;
}

/**
 * Opens a stored memory for one batch of one key. What was stored is searched as it is, and only for ids that were made in
 * its time: most batches bring newer ones.
 */
export function recallIds(stored: RecentIds, { key, read, newestMs, limits }: RecallOptions): RecentIdsMemory {
  const known = storedIn(stored, read);
  const brought = new Sightings();
  const onPages = new Map<string, readonly Entry[]>();
  let pages = [...stored.pages];
  let { forgottenUntilMs, imprints, span } = stored;
  /** Of what the batch brought, this many went to pages. */
  let spilled = 0;

  function entriesOf({ name, span }: IdPageRef): readonly Entry[] | undefined {
    const text = read.get(name);
    return onPages.get(name) ?? (text === undefined ? undefined : entriesIn(text, span));
  }

  /** Invariant 5: pages at the end that are taken in, as far as they were read. */
  function takeIn(entries: readonly Entry[]): { entries: Entry[]; lastArrivedMs: number } {
    let all = [...entries];
    let lastArrivedMs = newestMs;
    for (let last = pages.at(-1); last; last = pages.at(-1)) {
      const read = entriesOf(last);
      if (!read || read.length > all.length || read.length + all.length > limits.onPage) break;
      all = [...read, ...all];
      lastArrivedMs = Math.max(lastArrivedMs, last.lastArrivedMs);
      pages.pop();
    }
    return { entries: all, lastArrivedMs };
  }

  /**
   * Invariant 1: moves out of the item what earlier writes brought, all of it, for its times are known together only; and of
   * what this one brings whole pages, until at most `most` are left.
   */
  function spill(most: number): IdPage[] {
    const added = brought.all.length - spilled;
    const leaving = limits.onPage * Math.max(0, Math.ceil((added - most) / limits.onPage));
    const { entries, lastArrivedMs } = takeIn(entriesIn(imprints, span));
    entries.push(...brought.all.slice(spilled, spilled + leaving).map(entryOf));
    const written: IdPage[] = [];
    for (let at = 0; at < entries.length; at += limits.onPage) {
      const onPage = entries.slice(at, at + limits.onPage);
      const page = makePage(key, onPage, { lastArrivedMs, windowMs: limits.windowMs });
      onPages.set(page.name, onPage);
      pages.push(page);
      written.push(page);
    }
    spilled += leaving;
    imprints = '';
    span = undefined;
    return written;
  }

  /** Invariant 3. */
  function forget(): void {
    if (pages.length === 0) return;
    let count =
      imprintCount(imprints) + brought.all.length - spilled + pages.reduce((sum, page) => sum + page.count, 0);
    pages = pages.filter((page, index) => {
      const isOver = count > limits.limit || pages.length - index > MAX_PAGES;
      if (!isOver && !isPast(page, newestMs, limits)) return true;
      count -= page.count;
      forgottenUntilMs = Math.max(forgottenUntilMs, page.lastArrivedMs);
      return false;
    });
  }

  function judge(sighting: Sighting): Verdict {
    const { imprint, idTime } = sighting;
    let first: Imprint | undefined; // invariant 4
    for (const piece of known) {
      if (piece.span && !isWithin(piece.span, idTime)) continue;
      const id = imprintedId(imprint);
      for (let found = findImprint(piece.imprints, id); found; found = findImprint(piece.imprints, id, found.end)) {
        if (sameAcceptance(found.imprint, imprint)) return 'redelivered';
        first ??= found.imprint;
      }
    }
    for (const other of brought.ofSameId(sighting)) {
      if (sameAcceptance(other.imprint, imprint)) return 'redelivered';
      first ??= other.imprint;
    }
    if (first === undefined) return 'new';
    return sameContent(first, imprint) ? 'duplicate' : 'conflicting';
  }

  return {
    knows: sighting => judge(sighting) !== 'new',
    judge,
    add: sighting => brought.add(sighting),
    snapshot(freeBytes) {
      const capacity = capacityOf(freeBytes, limits);
      const most = Math.max(capacity, limits.onPage);
      const isFull = imprintCount(imprints) > capacity || brought.all.length - spilled > most;
      const written = isFull ? spill(most) : [];
      forget();
      const added = spilled === 0 ? brought.all : brought.all.slice(spilled);
      const refs = pages.map(({ name, span, count, lastArrivedMs }) => ({ name, span, count, lastArrivedMs }));
      return {
        recentIds: {
          imprints: added.reduce((text, { imprint }) => text + imprint, imprints),
          pages: refs,
          forgottenUntilMs,
          ...spanWith(span, added),
        },
        pages: written.filter(({ name }) => refs.some(page => page.name === name)),
      };
    },
  };
}

function storedIn({ pages, imprints, span }: RecentIds, read: IdPages): Stored[] {
  const known: Stored[] = [];
  for (const page of pages) {
    const onPage = read.get(page.name);
    if (onPage !== undefined && onPage !== '') known.push({ imprints: onPage, span: page.span });
  }
  if (imprints !== '') known.push({ imprints, span });
  return known;
}

function entriesIn(imprints: Imprints, span: IdSpan | undefined): readonly Entry[] {
  return span ? eachImprint(imprints).map(imprint => ({ imprint, ...span })) : [];
}

function entryOf({ imprint, idTime }: Sighting): Entry {
  return { imprint, from: idTime, until: idTime };
}

/** A span that holds further ids as well. */
function spanWith(span: IdSpan | undefined, added: readonly Sighting[]): { readonly span?: IdSpan } {
  let { from = Number.POSITIVE_INFINITY, until = 0 } = span ?? {};
  for (const { idTime } of added) {
    if (idTime < from) from = idTime;
    if (idTime > until) until = idTime;
  }
  return from > until ? {} : { span: { from, until } };
}

function isPast(page: IdPageRef, newestMs: number, { windowMs }: RecentIdsLimits): boolean {
  return newestMs - page.lastArrivedMs >= windowMs;
}

function makePage(
  key: string,
  entries: readonly Entry[],
  { lastArrivedMs, windowMs }: { lastArrivedMs: number; windowMs: number },
): IdPage {
  const imprints = entries.map(({ imprint }) => imprint).join('');
  const name = pageName(key, imprints);
  const expiresAtMs = lastArrivedMs + 2 * windowMs;
  return { name, span: spanOf(entries), count: entries.length, lastArrivedMs, imprints, expiresAtMs };
}

function spanOf(entries: readonly Entry[]): IdSpan {
  const [first] = entries;
  if (!first) throw new Error('Cannot span ids: there must be at least one');
  let { from, until } = first;
  for (const entry of entries) {
    if (entry.from < from) from = entry.from;
    if (entry.until > until) until = entry.until;
  }
  return { from, until };
}

/** Imprints that may stand in the item: what is free, and one more write unit, for a page takes one too, and a call. */
function capacityOf(freeBytes: number, { mostInItem }: RecentIdsLimits): number {
  return Math.min(Math.floor((freeBytes + WRITE_UNIT_BYTES) / IMPRINT_BYTES), mostInItem);
}
