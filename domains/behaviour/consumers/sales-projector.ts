import { defineConsumer } from '../../../core/index.ts';
import type { BehaviourFact } from '../events/behaviour-event.ts';
import { behaviourEventTypes as types } from '../events/event-types.ts';

/** Adds each purchase once to the sales of its day. */
export const salesProjector = defineConsumer<BehaviourFact>('sales-projector', {
  [types.purchaseMade]: ['id', 'data.day', 'data.quantity', 'data.amountMilli'],
});
