import type { LedgerTopology } from '../../core/index.ts';

/** Where a fold keeps what it did. */
export interface ProcessorEvidence {
  readonly table: string;
  readonly keyAttribute: string;
  /** The table of the lanes. */
  readonly parked: string;
}

/** The hops of a stage, and where the evidence of each is. */
export interface Topology extends LedgerTopology {
  readonly overflowQueue: string;
  /** The tables whose items carry facts to the bus. */
  readonly outboxes: readonly string[];
  readonly processors: readonly (LedgerTopology['processors'][number] & ProcessorEvidence)[];
  readonly consumers: readonly (LedgerTopology['consumers'][number] & { readonly queue: string })[];
}
