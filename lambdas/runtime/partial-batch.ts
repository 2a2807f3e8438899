/** The answer of a handler whose event source mapping reports batch item failures. */
export interface PartialBatch {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Says which records or messages are to be delivered again: sequence numbers, or message ids. */
export function failedItems(identifiers: readonly string[]): PartialBatch {
  return { batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })) };
}
