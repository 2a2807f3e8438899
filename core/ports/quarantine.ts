/** Something that could not be understood, kept for a person to look at. */
export interface QuarantinedRecord {
  /** The same for the same record, so that a second try does not keep it twice. Letters, digits, `-`. */
  readonly id: string;
  readonly quarantinedAt: string;
  /** Which hop put it there. */
  readonly hop: string;
  readonly field: string;
  readonly reason: string;
  /** What was received, as it was received: a JSON value, or text when it was not JSON. */
  readonly received: unknown;
  /** Where it came from, for example stream, shard and sequence number. */
  readonly origin?: Readonly<Record<string, string>>;
}

/** Keeps what could not be understood. */
export interface Quarantine {
  /** @returns whether it was new: `false` when a record of this id was already there */
  keep(record: QuarantinedRecord): Promise<boolean>;
}
