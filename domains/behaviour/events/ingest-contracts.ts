import { type EventContract, eventParser, schemaContract } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import { isCartItemAdded } from './generated/is-cart-item-added.js';
import { isPageViewed } from './generated/is-page-viewed.js';
import { isProductViewed } from './generated/is-product-viewed.js';
import { isPurchaseCompleted } from './generated/is-purchase-completed.js';
import { isSearchPerformed } from './generated/is-search-performed.js';

/** The contract of a purchase. */
export const purchaseCompleted = schemaContract(types.purchaseCompleted, isPurchaseCompleted);

/** Contracts of the events that come in through the collector. */
export const behaviourIngestContracts = [
  schemaContract(types.pageViewed, isPageViewed),
  schemaContract(types.searchPerformed, isSearchPerformed),
  schemaContract(types.productViewed, isProductViewed),
  schemaContract(types.cartItemAdded, isCartItemAdded),
  purchaseCompleted,
] as const satisfies readonly EventContract[];

/** Judges events that come in. */
export const parseBehaviourEvent = eventParser(behaviourIngestContracts);
