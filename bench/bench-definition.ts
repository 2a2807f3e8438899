/** Something that is measured: one round gives one figure, in the bench's unit. */
export interface Contender {
  readonly name: string;
  measure(): Promise<number>;
}

export interface OpenBench {
  readonly subject: Contender;
  /** Measured in turn with the subject, round by round, so that both see the same machine. */
  readonly against?: Contender;
  close(): Promise<void>;
}

export interface Bench {
  readonly name: string;
  /** What the figure says, for a reader who does not know the code. */
  readonly measures: string;
  readonly unit: string;
  /** Counted rounds, after one that is not counted. @default 5 */
  readonly rounds?: number;
  open(): Promise<OpenBench>;
}
