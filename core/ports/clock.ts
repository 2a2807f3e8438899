/** Time as a port: what the domain and the handlers know about it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves `delayMs` from now. */
  sleep(delayMs: number): Promise<void>;
}
