import type { JsonObject } from '../cloud/service.ts';

/** Why an entry is refused. */
export interface EntryRefusal {
  readonly code: string;
  readonly message: string;
}

/** What became of a batch of which some entries were not carried out. */
export interface PartialBatch {
  readonly input: JsonObject;
  /** Positions of the entries that are refused. */
  readonly refused: ReadonlySet<number>;
  /** What the service answered to the rest; undefined when nothing was left to carry out. */
  readonly answer: JsonObject | undefined;
  readonly refusal: EntryRefusal;
}

/** How one batch operation lists its entries, and how it says that some of them failed. */
export interface BatchShape {
  entryCount(input: JsonObject): number;
  /** The same request without the refused entries; undefined when none is left. */
  without(input: JsonObject, refused: ReadonlySet<number>): JsonObject | undefined;
  /** The answer to the whole request. @throws AwsError where the service refuses a batch that failed altogether */
  answer(batch: PartialBatch): JsonObject;
}

/** The entries in a member that should be a list. */
export function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : []; // the service checks what is in it
}
