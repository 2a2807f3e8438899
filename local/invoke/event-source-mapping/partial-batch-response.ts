/** What a function with `ReportBatchItemFailures` said about its batch. */
export type BatchReport =
  | { readonly kind: 'success' }
  | { readonly kind: 'partial'; readonly failed: ReadonlySet<string> }
  /** The answer cannot be understood, or names what was not in the batch: the whole batch counts as failed. */
  | { readonly kind: 'failure' };

const SUCCESS: BatchReport = { kind: 'success' };
const FAILURE: BatchReport = { kind: 'failure' };

/**
 * Reads a partial batch response. Recorded on AWS: nothing (`null`, `""`, `[]`, `{}`) is success, so are no failures; an
 * identifier that is empty, no string, missing or not in the batch fails the batch.
 */
export function readBatchReport(payload: string, identifiers: ReadonlySet<string>): BatchReport {
  const answer = parse(payload);
  if (isEmpty(answer)) return SUCCESS;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return FAILURE;
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === undefined || isEmpty(failures)) return SUCCESS;
  if (!Array.isArray(failures)) return FAILURE;
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier: unknown = failure?.itemIdentifier;
    if (typeof identifier !== 'string' || !identifiers.has(identifier)) return FAILURE;
    failed.add(identifier);
  }
  return { kind: 'partial', failed };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
