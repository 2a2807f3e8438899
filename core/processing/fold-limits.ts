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
const MAX_UNIT_BYTES = 3;

/** How long a text is in UTF-8. Most are short, and then no memory is taken for it. */
export function textBytes(text: string): number {
  if (text.length * MAX_UNIT_BYTES <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}
