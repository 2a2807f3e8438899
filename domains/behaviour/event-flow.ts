import type { EventFlow } from '../../core/index.ts';
import { salesProjector } from './consumers/sales-projector.ts';
import { behaviourEventTypes as types } from './events/event-types.ts';
import { FACT_SOURCE } from './processors/behaviour-facts.ts';
import { sessionProfile } from './processors/session-profile-processor.ts';

/** Who puts facts about visitors on the bus, and who reads events of the domain. */
export const behaviourFlow: EventFlow = {
  producers: [{ source: FACT_SOURCE, publishes: [types.sessionStarted, types.cartAbandoned, types.purchaseMade] }],
  consumers: [salesProjector],
  processors: [sessionProfile],
};
