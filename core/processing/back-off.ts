/** How often to try, and how long to wait between tries. */
export interface BackOff {
  /** Tries in all, the first included. */
  readonly tries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * The wait before try `attempt` (1 = before the second try): exponential, its second half random, so that those who were
 * refused together do not come back together.
 */
export function backOffDelayMs(backOff: BackOff, attempt: number, random: () => number): number {
  const ceiling = Math.min(backOff.maxDelayMs, backOff.firstDelayMs * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + random() / 2));
}
