/** What became of one case: as the judge has it, not as the judge has it, or not judged. */
export type CaseVerdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly expected: unknown; readonly actual: unknown }
  | { readonly outcome: 'out-of-scope'; readonly reason: string };

export const PASSED: CaseVerdict = { outcome: 'passed' };

export function failed(expected: unknown, actual: unknown): CaseVerdict {
  return { outcome: 'failed', expected, actual };
}

/** @param reason short and the same for all cases that it holds for: they are counted by it */
export function outOfScope(reason: string): CaseVerdict {
  return { outcome: 'out-of-scope', reason };
}
