import type { FoldRecord } from '../processing/fold-item.ts';

/** The lanes of parked keys, and the leases under which they are drained. */
export interface LaneStore {
  /**
   * The first records of a key's lane, in the order of the stream, strongly consistent.
   * @throws TerminalError when one of them is damaged; ThrottledError
   */
  read(key: string, limit: number): Promise<Lane>;
  /**
   * Takes the lease of a key, or prolongs it, unless another holder has it at `nowMs`.
   * @returns the lease that stands in the way, if one does
   */
  lease(key: string, lease: Lease, nowMs: number): Promise<Lease | undefined>;
  /** Gives a lease back; nothing happens when it is another's by now. */
  release(key: string, holder: string): Promise<void>;
}

export interface Lane {
  readonly records: readonly FoldRecord[];
  /** Whether there are more behind them. */
  readonly hasMore: boolean;
}

/** Who drains a key, and until when nobody else may. */
export interface Lease {
  readonly holder: string;
  readonly untilMs: number;
}
