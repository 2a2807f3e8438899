/** Hears which records of Step Functions have changed, so that they can be kept. */
export interface StatesChanges {
  /** An execution came or went. */
  execution(arn: string): void;
  /** How an execution stands. */
  outcome(arn: string): void;
  event(arn: string, eventId: number): void;
  /** How far a branch of an execution has come; see `Progress` for its path. */
  progress(arn: string, path: string): void;
}

/** For a cloud that keeps nothing. */
export const NO_CHANGES: StatesChanges = {
  execution: () => {},
  outcome: () => {},
  event: () => {},
  progress: () => {},
};
