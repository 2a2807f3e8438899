import { type EventContract, eventParser, schemaContract } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import { isCartItemAdded } from './generated/is-cart-item-added.js';
import { isPageViewed } from './generated/is-page-viewed.js';
import { isProductViewed } from './generated/is-product-viewed.js';
import { isPurchaseCompleted } from './generated/is-purchase-completed.js';
import { isSearchPerformed } from './generated/is-search-performed.js';

/** Contracts of the events that come in through the collector. */
export const behaviourIngestContracts: readonly EventContract[] = [
  schemaContract(types.pageViewed, isPageViewed),
  schemaContract(types.searchPerformed, isSearchPerformed),
  schemaContract(types.productViewed, isProductViewed),
  schemaContract(types.cartItemAdded, isCartItemAdded),
  schemaContract(types.purchaseCompleted, isPurchaseCompleted),
];

/** Judges events that come in. */
export const parseBehaviourEvent = eventParser(behaviourIngestContracts);
