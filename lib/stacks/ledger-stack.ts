import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { takeLedgerInventory } from '../constructs/ledger-inventory.ts';
import { LedgerReconciler } from '../constructs/ledger-reconciler.ts';
import { resourceName } from '../names.ts';
import { eventStream, quarantineBucket } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

export interface LedgerStackProps extends MillraceStackProps {
  /** The stacks in which events are counted. */
  readonly counting: readonly Stack[];
}

/** The functions of the ingestion stack that write ledger entries: there is one of each. */
const DOORS = ['collector', 'overflow-drainer'];

/**
 * The ledger: who compares what went into each hop with what came out of it. It finds the hops by itself, it reads, and nothing
 * depends on it.
 */
export class LedgerStack extends MillraceStack {
  constructor(scope: Construct, props: LedgerStackProps) {
    super(scope, 'ledger: every accepted event is accounted for', props);
    const named = (name: string) => resourceName(this.config, name);
    const { functions, ...hops } = takeLedgerInventory(props.counting);
    new LedgerReconciler(this, 'Reconciler', {
      config: this.config,
      bundles: this.bundles,
      stream: eventStream(this, this.config),
      quarantine: quarantineBucket(this, this.config),
      overflowQueue: named('overflow.fifo'),
      ...hops,
      counting: [...DOORS.map(named), ...functions],
    });
  }
}
