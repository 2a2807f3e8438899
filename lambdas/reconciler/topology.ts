import type { LedgerTopology } from '../../core/index.ts';

/** The hops of a stage, and where the evidence of each is. */
export interface Topology extends LedgerTopology {
  readonly overflowQueue: string;
  /** The tables whose items carry facts to the bus. */
  readonly outboxes: readonly string[];
  /** The function of each says what became of its records. */
  readonly processors: readonly (LedgerTopology['processors'][number] & {
    readonly functionName: string;
    /** The queue of what was given up. */
    readonly failures: string;
  })[];
  readonly consumers: readonly (LedgerTopology['consumers'][number] & { readonly queue: string })[];
}
