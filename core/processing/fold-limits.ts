import { defaultRecentIdsLimits, type RecentIdsLimits } from './recent-ids.ts';

export interface FoldLimits {
  readonly recentIds: RecentIdsLimits;
  /** JSON bytes of one item's outbox; an event that emits more is terminal. */
  readonly maxOutboxBytes: number;
  /** JSON bytes of a state that is to be stored; a larger one is terminal. In the middle of a batch it may be larger. */
  readonly maxStateBytes: number;
  /** Records and JSON bytes that go to a lane in one write (a transaction holds 100 items and 4 MB). */
  readonly maxLaneRecords: number;
  readonly maxLaneBytes: number;
}

export const defaultFoldLimits: FoldLimits = {
  recentIds: defaultRecentIdsLimits,
  maxOutboxBytes: 150_000,
  maxStateBytes: 150_000,
  maxLaneRecords: 90,
  maxLaneBytes: 2_500_000,
};

const encoder = new TextEncoder();

/** How long a value is as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return textBytes(JSON.stringify(value));
}

const scratch = new Uint8Array(16_384);
/** Of one UTF-16 unit in UTF-8, at most. */
const MAX_UTF8_BYTES = 3;

/** How long a text is in UTF-8. Most are short, and then no memory is taken for it. */
export function textBytes(text: string): number {
  if (text.length * MAX_UTF8_BYTES <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}

/** Bytes that a unit of `jsonUnits` can take at most: a character that has to be escaped, `\u0000`. */
export const MAX_UNIT_BYTES = 6;
/** The longest number: `-1.2345678901234567e-300`. */
const MAX_NUMBER_UNITS = 24;
/** A value that is nested deeper may hold itself. */
const MAX_DEPTH = 100;

/**
 * How long a value is as JSON if nothing in it has to be escaped and all of it is ASCII, without its JSON being made: a rough
 * measure, of which each unit stands for `MAX_UNIT_BYTES` bytes at most. Infinite where only JSON.stringify knows.
 */
export function jsonUnits(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return numberUnits(value);
  if (typeof value === 'boolean') return 5;
  if (value === undefined || value === null) return 4;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
  let units = 2;
  if (Array.isArray(value)) {
    for (const item of value) units += jsonUnits(item, depth + 1) + 1;
    return units;
  }
  if (value.constructor !== Object) return Number.POSITIVE_INFINITY; // a date, for example
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) units += name.length + 4 + jsonUnits(member, depth + 1);
  }
  return units;
}

/** How long a value is as JSON in UTF-8: about, as long as that is surely no more than `limit`; else exactly. */
export function roughBytes(value: unknown, limit: number): number {
  const units = jsonUnits(value);
  return units * MAX_UNIT_BYTES <= limit ? units : jsonBytes(value);
}

/** How long a number is as JSON, at most. */
export function numberUnits(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 1e16) return MAX_NUMBER_UNITS;
  let units = 1;
  for (let limit = 10; limit <= value; limit *= 10) units += 1;
  return units;
}
