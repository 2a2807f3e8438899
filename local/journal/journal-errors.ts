/** A file that does not hold what was written to it. Nothing is repaired: a guess could lose what was acknowledged. */
export class DamagedJournalError extends Error {
  readonly code = 'DamagedJournal';
  readonly retryable = false;

  constructor(file: string, reason: string) {
    super(
      `Cannot recover: ${file} is damaged, ${reason}; nothing was changed: bring back a good copy of the folder, or start with another one`,
    );
  }
}

/** A folder that cannot be used, for a reason that the person can remove. */
export class DataFolderError extends Error {
  readonly code = 'DataFolder';
  readonly retryable = false;
}
