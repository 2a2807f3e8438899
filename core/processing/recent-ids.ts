/**
 * A bounded memory of events, against producers and collectors that send the same event again.
 *
 * 1. Two tiers. The last imprints stand in the item of their key; when they no longer fit there, they move to pages, items of
 *    their own that are written once, before the item that drops them. A crash in between leaves a page that nobody knows.
 * 2. A page is read only when an id of the batch could be on it, by the time that ids carry, or when it is to grow.
 * 3. A page is forgotten when its newest event arrived `windowMs` before the newest of the batch, and the oldest pages when
 *    there are more than `limit` imprints. What lies outside is applied again; `forgottenUntilMs` says how far that goes.
 * 4. The first imprint of an id is the event that took effect; later ones are further acceptances of it, or of another
 *    content under its id, remembered so that their own copies are known too.
 * 5. Pages grow by doubling: one that is no larger than what comes after it is taken in, so that there are few.
 */

import { type IdPage, type IdPageRef, type IdPages, type IdSpan, isWithin, pageName } from './id-page.ts';
import { IMPRINT_BYTES, type Imprint, imprintedId, sameAcceptance, sameContent } from './imprint.ts';

/** The memory as an item holds it. */
export interface RecentIds {
  /** Oldest first. */
  readonly imprints: readonly Imprint[];
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
  /** Imprints that stand in the item at most. @default 110 */
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
/** A write unit of DynamoDB, and what of a page's is not imprints, besides its key. */
const WRITE_UNIT_BYTES = 1024;
const PAGE_BYTES = 48;

/** Nothing remembered yet. */
export const noRecentIds: RecentIds = { imprints: [], pages: [], forgottenUntilMs: 0 };

/** What the memory says about an event that has not passed the fence. */
export type Verdict = 'new' | 'duplicate' | 'redelivered' | 'conflicting';

/** An event as the memory takes it: its imprint, and the time in its id. */
export interface Sighting {
  readonly imprint: Imprint;
  readonly idTime: string;
}

/** A memory to work with through one batch of one key. */
export interface RecentIdsMemory {
  judge(imprint: Imprint): Verdict;
  knows(imprint: Imprint): boolean;
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
  { idTimes, newestMs }: { readonly idTimes: readonly string[]; readonly newestMs: number },
  limits: RecentIdsLimits,
): string[] {
  const live = stored.pages.filter(page => !isPast(page, newestMs, limits));
  const wanted = new Set(live.filter(({ span }) => idTimes.some(time => isWithin(span, time))));
  let count = stored.imprints.length + idTimes.length;
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

/** Opens a stored memory for one batch of one key. */
export function recallIds(stored: RecentIds, { key, read, newestMs, limits }: RecallOptions): RecentIdsMemory {
  const firsts = new Map<string, Imprint>();
  const furthers = new Map<string, Imprint[]>(); // few ids have any
  const learn = (imprint: Imprint) => {
    const id = imprintedId(imprint);
    if (!firsts.has(id)) firsts.set(id, imprint);
    else furthers.set(id, [...(furthers.get(id) ?? []), imprint]);
  };
  const onPages = new Map<string, readonly Entry[]>();
  for (const { name, span } of stored.pages) {
    const imprints = read.get(name);
    if (!imprints) continue;
    onPages.set(
      name,
      imprints.map(imprint => ({ imprint, ...span })),
    );
    for (const imprint of imprints) learn(imprint);
  }
  for (const imprint of stored.imprints) learn(imprint);
  let pages = [...stored.pages];
  let { forgottenUntilMs } = stored;
  const { span } = stored;
  let inItem: Entry[] = span ? stored.imprints.map(imprint => ({ imprint, ...span })) : [];

  /** Invariant 5: pages at the end that are taken in, as far as they were read. */
  function takeIn(entries: readonly Entry[]): { entries: Entry[]; lastArrivedMs: number } {
    let all = [...entries];
    let lastArrivedMs = newestMs;
    for (let last = pages.at(-1); last; last = pages.at(-1)) {
      const read = onPages.get(last.name);
      if (!read || read.length > all.length || read.length + all.length > limits.onPage) break;
      all = [...read, ...all];
      lastArrivedMs = Math.max(lastArrivedMs, last.lastArrivedMs);
      pages.pop();
    }
    return { entries: all, lastArrivedMs };
  }

  /** Invariant 1: moves imprints out of the item until at most `capacity` are left. */
  function spill(capacity: number): IdPage[] {
    const written: IdPage[] = [];
    const { entries, lastArrivedMs } = takeIn(inItem);
    let rest = entries;
    while (rest.length > capacity) {
      const count = pageCount(key, rest.length, { capacity, onPage: limits.onPage });
      const page = makePage(key, rest.slice(0, count), { lastArrivedMs, windowMs: limits.windowMs });
      onPages.set(page.name, rest.slice(0, count));
      pages.push(page);
      written.push(page);
      rest = rest.slice(count);
    }
    inItem = rest;
    return written;
  }

  /** Invariant 3. */
  function forget(): void {
    let count = inItem.length + pages.reduce((sum, page) => sum + page.count, 0);
    pages = pages.filter((page, index) => {
      const isOver = count > limits.limit || pages.length - index > MAX_PAGES;
      if (!isOver && !isPast(page, newestMs, limits)) return true;
      count -= page.count;
      forgottenUntilMs = Math.max(forgottenUntilMs, page.lastArrivedMs);
      return false;
    });
  }

  return {
    knows: imprint => firsts.has(imprintedId(imprint)),
    judge(imprint) {
      const id = imprintedId(imprint);
      const first = firsts.get(id);
      if (first === undefined) return 'new';
      const isSame = (other: Imprint) => sameAcceptance(other, imprint);
      if (isSame(first) || furthers.get(id)?.some(isSame)) return 'redelivered';
      return sameContent(first, imprint) ? 'duplicate' : 'conflicting';
    },
    add({ imprint, idTime }) {
      learn(imprint);
      inItem.push({ imprint, from: idTime, until: idTime });
    },
    snapshot(freeBytes) {
      const capacity = capacityOf(freeBytes, limits);
      const written = inItem.length > capacity ? spill(capacity) : [];
      forget();
      const imprints = inItem.map(({ imprint }) => imprint);
      const refs = pages.map(({ name, span, count, lastArrivedMs }) => ({ name, span, count, lastArrivedMs }));
      const recentIds = { imprints, pages: refs, forgottenUntilMs };
      const live = new Set(refs.map(({ name }) => name));
      return {
        recentIds: inItem.length === 0 ? recentIds : { ...recentIds, span: spanOf(inItem) },
        pages: written.filter(({ name }) => live.has(name)),
      };
    },
  };
}

function isPast(page: IdPageRef, newestMs: number, { windowMs }: RecentIdsLimits): boolean {
  return newestMs - page.lastArrivedMs >= windowMs;
}

/** How many go to the next page: what fills write units to the brim, if the item can keep the rest; else all that it holds. */
function pageCount(key: string, length: number, { capacity, onPage }: { capacity: number; onPage: number }): number {
  const most = Math.min(length, onPage);
  const otherBytes = PAGE_BYTES + 2 * key.length;
  const units = Math.floor((otherBytes + most * IMPRINT_BYTES) / WRITE_UNIT_BYTES);
  const filling = Math.floor((units * WRITE_UNIT_BYTES - otherBytes) / IMPRINT_BYTES);
  return filling > 0 && length - filling <= capacity ? filling : most;
}

function makePage(
  key: string,
  entries: readonly Entry[],
  { lastArrivedMs, windowMs }: { lastArrivedMs: number; windowMs: number },
): IdPage {
  const imprints = entries.map(({ imprint }) => imprint);
  const name = pageName(key, imprints);
  const expiresAtMs = lastArrivedMs + 2 * windowMs;
  return { name, span: spanOf(entries), count: imprints.length, lastArrivedMs, imprints, expiresAtMs };
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
