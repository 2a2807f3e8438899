/**
 * The memory of a fold as one binary attribute, numbers big-endian:
 *
 *     pages (1 byte) · forgotten until (5) · span of the imprints (5 + 5)
 *     then for each page: name (6) · span (5 + 5) · newest arrival (5) · imprints on it (2)
 *     then the imprints, 13 bytes each, oldest first
 *
 * Arrivals are in units of 256 ms, rounded up, like the times in ids.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type IdPageRef,
  type IdSpan,
  IMPRINT_BYTES,
  type Imprints,
  noRecentIds,
  type RecentIds,
} from '../../core/index.ts';

const NO_SPAN: IdSpan = { from: 0, until: 0 };
const HEAD_DIGITS = 2 + 10 + 20;
const PAGE_DIGITS = 12 + 20 + 10 + 4;
const ARRIVAL_UNIT_MS = 256;

/** The attribute that a page of ids consists of, and no item of a fold has. */
export const PAGE_ATTRIBUTE = 'ids';

/** Whether what a fold's table holds under some key is a page of ids, and not an item. */
export function isIdPage(attributes: Readonly<Record<string, AttributeValue>>): boolean {
  return attributes[PAGE_ATTRIBUTE] !== undefined;
}

/** Packs a memory; `undefined` when there is nothing to remember. */
export function packRecentIds(recentIds: RecentIds): Uint8Array | undefined {
  const { imprints, pages, forgottenUntilMs, span = NO_SPAN } = recentIds;
  if (imprints === '' && pages.length === 0 && forgottenUntilMs === 0) return undefined;
  const head = number(pages.length, 2) + arrival(forgottenUntilMs) + spanDigits(span);
  const refs = pages.map(
    page => page.name + spanDigits(page.span) + arrival(page.lastArrivedMs) + number(page.count, 4),
  );
  return Buffer.concat([Buffer.from(head + refs.join(''), 'hex'), packImprints(imprints)]);
}

/** Unpacks what `packRecentIds` packed. @throws when it is something else */
export function unpackRecentIds(packed: Uint8Array | undefined): RecentIds {
  if (!packed) return noRecentIds;
  const pageCount = packed[0] ?? Number.NaN;
  const imprintsAt = (HEAD_DIGITS + pageCount * PAGE_DIGITS) / 2;
  if (Number.isNaN(pageCount) || packed.length < imprintsAt) {
    throw new Error(`Cannot read recent ids: ${pageCount} pages must be listed, received ${packed.length} bytes`);
  }
  const hex = Buffer.from(packed.subarray(0, imprintsAt)).toString('hex');
  const imprints = unpackImprints(packed.subarray(imprintsAt));
  const memory = {
    imprints,
    pages: Array.from({ length: pageCount }, (_, i) => pageRef(hex.slice(HEAD_DIGITS + i * PAGE_DIGITS))),
    forgottenUntilMs: arrivalMs(hex.slice(2, 12)),
  };
  return imprints === '' ? memory : { ...memory, span: spanIn(hex, 12) };
}

function pageRef(hex: string): IdPageRef {
  return {
    name: hex.slice(0, 12),
    span: spanIn(hex, 12),
    lastArrivedMs: arrivalMs(hex.slice(32, 42)),
    count: Number.parseInt(hex.slice(42, 46), 16),
  };
}

/** Packs imprints, 13 bytes each. */
export function packImprints(imprints: Imprints): Uint8Array {
  return Buffer.from(imprints, 'latin1');
}

/** Unpacks what `packImprints` packed. @throws when the length is not a multiple of 13 */
export function unpackImprints(packed: Uint8Array): Imprints {
  if (packed.length % IMPRINT_BYTES !== 0) {
    throw new Error(`Cannot read imprints: must be a multiple of ${IMPRINT_BYTES} bytes, received ${packed.length}`);
  }
  return Buffer.from(packed.buffer, packed.byteOffset, packed.length).toString('latin1');
}

function spanDigits({ from, until }: IdSpan): string {
  return number(from, 10) + number(until, 10);
}

function spanIn(hex: string, at: number): IdSpan {
  return { from: Number.parseInt(hex.slice(at, at + 10), 16), until: Number.parseInt(hex.slice(at + 10, at + 20), 16) };
}

function number(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function arrival(ms: number): string {
  return number(Math.ceil(Math.max(0, ms) / ARRIVAL_UNIT_MS), 10);
}

function arrivalMs(hex: string): number {
  return Number.parseInt(hex, 16) * ARRIVAL_UNIT_MS;
}
