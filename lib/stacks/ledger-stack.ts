import type { Construct } from 'constructs';
import { behaviourEventTypes } from '../../domains/behaviour/events/event-types.ts';
import { sessionProfile } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { travelEventTypes } from '../../domains/travel/events/event-types.ts';
import { LedgerReconciler } from '../constructs/ledger-reconciler.ts';
import { resourceName } from '../names.ts';
import { eventStream, NAMES } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

/** The functions that write ledger entries. */
const COUNTING = [
  'collector',
  'overflow-drainer',
  sessionProfile.name,
  'outbox-publisher-behaviour',
  'outbox-publisher-travel',
  'sales-projector',
  'trip-projector',
  'saga-starter',
];

/** The ledger: who compares what went into each hop with what came out of it. It reads, and nothing depends on it. */
export class LedgerStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'ledger: every accepted event is accounted for', props);
    const named = (name: string) => resourceName(this.config, name);
    new LedgerReconciler(this, 'Reconciler', {
      config: this.config,
      bundles: this.bundles,
      stream: eventStream(this, this.config),
      overflowQueue: named('overflow.fifo'),
      processors: [
        {
          hop: sessionProfile.name,
          types: sessionProfile.accepts.map(({ type }) => type),
          table: named('session-profiles'),
          keyAttribute: sessionProfile.keyAttribute ?? 'key',
          parked: named('parked-events'),
        },
      ],
      consumers: [
        { hop: 'sales-projector', types: [behaviourEventTypes.purchaseMade], queue: named(NAMES.salesProjection) },
        { hop: 'trip-projector', types: ['travel.trip.*'], queue: named(NAMES.tripProjection) },
        { hop: 'saga-starter', types: [travelEventTypes.bookingRequested], queue: named(NAMES.tripBookings) },
      ],
      outboxes: ['session-profiles', 'trip-events'].map(named),
      counting: COUNTING.map(named),
    });
  }
}
