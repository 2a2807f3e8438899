import { type EventContract, eventParser, schemaContract } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import { isCartAbandoned } from './generated/is-cart-abandoned.js';
import { isPurchaseMade } from './generated/is-purchase-made.js';
import { isSessionStarted } from './generated/is-session-started.js';

/** Contracts of the facts that go to the bus. */
export const behaviourFactContracts: readonly EventContract[] = [
  schemaContract(types.sessionStarted, isSessionStarted),
  schemaContract(types.cartAbandoned, isCartAbandoned),
  schemaContract(types.purchaseMade, isPurchaseMade),
];

/** Judges facts that come from the bus. */
export const parseBehaviourFact = eventParser(behaviourFactContracts);
