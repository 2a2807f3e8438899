import type { CaseVerdict } from '../verdict.ts';

/** One test whose answers were recorded on AWS, step by step. Rows carry more members; harnesses read only these. */
export interface SnapshotRow {
  readonly id: string;
  /** The public test: `<repository>:<file>::<class>::<test>[<parameters>]`. */
  readonly source: string;
  /** For example `events/test_events_inputs`. */
  readonly area: string;
  /** What AWS returned, by the name of the step; `<…>` stands for a value that the recorder normalised. */
  readonly recordedContent: Readonly<Record<string, unknown>>;
}

/**
 * Repeats the recorded tests of one area against the embedded cloud. A row that the harness does not know is
 * `out-of-scope` with the reason; a harness never special-cases the recorded values of a row.
 */
export interface SnapshotHarness {
  /** The area whose rows are handed to `run`. */
  readonly area: string;
  /** A throw counts as a failure, with the error as what was actual. */
  run(row: SnapshotRow): Promise<CaseVerdict>;
}
