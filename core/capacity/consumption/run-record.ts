/** What is noted down while a run goes on. */
export interface RunRecord {
  /** Of each batch when it is sent: how old its last record is (Lambda's `IteratorAge`). */
  readonly agesMs: number[];
  /** Of each batch when it is done: how long ago its first record arrived. */
  readonly delaysMs: number[];
  readonly sentAtMs: number[];
  invocations: number;
  processed: number;
  billedMs: number;
  overTimeout: number;
  largestBatch: number;
  reads: number;
  readThrottles: number;
  readBytes: number;
}

export function newRunRecord(): RunRecord {
  return {
    agesMs: [],
    delaysMs: [],
    sentAtMs: [],
    invocations: 0,
    processed: 0,
    billedMs: 0,
    overTimeout: 0,
    largestBatch: 0,
    reads: 0,
    readThrottles: 0,
    readBytes: 0,
  };
}
