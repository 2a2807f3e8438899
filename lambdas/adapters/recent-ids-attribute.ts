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
const TIME_BYTES = 5;
const SPAN_BYTES = 2 * TIME_BYTES;
const NAME_BYTES = 6;
const COUNT_BYTES = 2;
const HEAD_BYTES = 1 + TIME_BYTES + SPAN_BYTES;
const PAGE_BYTES = NAME_BYTES + SPAN_BYTES + TIME_BYTES + COUNT_BYTES;
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
  const packed = Buffer.allocUnsafe(HEAD_BYTES + pages.length * PAGE_BYTES + imprints.length);
  packed.writeUInt8(pages.length);
  packed.writeUIntBE(arrivalUnits(forgottenUntilMs), 1, TIME_BYTES);
  writeSpan(packed, span, 1 + TIME_BYTES);
  let at = HEAD_BYTES;
  for (const page of pages) {
    packed.write(page.name, at, 'hex');
    writeSpan(packed, page.span, at + NAME_BYTES);
    packed.writeUIntBE(arrivalUnits(page.lastArrivedMs), at + NAME_BYTES + SPAN_BYTES, TIME_BYTES);
    packed.writeUInt16BE(page.count, at + PAGE_BYTES - COUNT_BYTES);
    at += PAGE_BYTES;
  }
  packed.write(imprints, at, 'latin1');
  return packed;
}

/** Unpacks what `packRecentIds` packed. @throws when it is something else */
export function unpackRecentIds(packed: Uint8Array | undefined): RecentIds {
  if (!packed) return noRecentIds;
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const pageCount = bytes[0] ?? Number.NaN;
  const imprintsAt = HEAD_BYTES + pageCount * PAGE_BYTES;
  if (Number.isNaN(pageCount) || bytes.length < imprintsAt) {
    throw new Error(`Cannot read recent ids: ${pageCount} pages must be listed, received ${bytes.length} bytes`);
  }
  const imprints = unpackImprints(bytes.subarray(imprintsAt));
  const memory = {
    imprints,
    pages: Array.from({ length: pageCount }, (_, index) => pageRef(bytes, HEAD_BYTES + index * PAGE_BYTES)),
    forgottenUntilMs: arrivalMs(bytes, 1),
  };
  return imprints === '' ? memory : { ...memory, span: readSpan(bytes, 1 + TIME_BYTES) };
}

function pageRef(bytes: Buffer, at: number): IdPageRef {
  return {
    name: bytes.toString('hex', at, at + NAME_BYTES),
    span: readSpan(bytes, at + NAME_BYTES),
    lastArrivedMs: arrivalMs(bytes, at + NAME_BYTES + SPAN_BYTES),
    count: bytes.readUInt16BE(at + PAGE_BYTES - COUNT_BYTES),
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

function writeSpan(bytes: Buffer, { from, until }: IdSpan, at: number): void {
  bytes.writeUIntBE(from, at, TIME_BYTES);
  bytes.writeUIntBE(until, at + TIME_BYTES, TIME_BYTES);
}

function readSpan(bytes: Buffer, at: number): IdSpan {
  return { from: bytes.readUIntBE(at, TIME_BYTES), until: bytes.readUIntBE(at + TIME_BYTES, TIME_BYTES) };
}

function arrivalUnits(ms: number): number {
  return Math.ceil(Math.max(0, ms) / ARRIVAL_UNIT_MS);
}

function arrivalMs(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, TIME_BYTES) * ARRIVAL_UNIT_MS;
}
