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
  return encoder.encode(JSON.stringify(value)).length;
}
