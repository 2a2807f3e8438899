/** Where the store says which of its records it has changed, so that they can outlive the process. */
export interface LogsChanges {
  group(name: string): void;
  /** A stream came or went; its events go with it. */
  stream(id: number): void;
  event(streamId: number, order: number): void;
}

/** Nothing outlives the process. */
export const unkept: LogsChanges = { group: () => {}, stream: () => {}, event: () => {} };
