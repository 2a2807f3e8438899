import { type EventContract, eventParser, schemaContract } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import { isActionTracked } from './generated/is-action-tracked.js';
import { isCartItemAdded } from './generated/is-cart-item-added.js';
import { isPageViewed } from './generated/is-page-viewed.js';
import { isProductViewed } from './generated/is-product-viewed.js';
import { isPurchaseCompleted } from './generated/is-purchase-completed.js';
import { isScreenViewed } from './generated/is-screen-viewed.js';
import { isSearchPerformed } from './generated/is-search-performed.js';
import { isVisitorAliased } from './generated/is-visitor-aliased.js';
import { isVisitorGrouped } from './generated/is-visitor-grouped.js';
import { isVisitorIdentified } from './generated/is-visitor-identified.js';

/** The contract of a purchase. */
export const purchaseCompleted = schemaContract(types.purchaseCompleted, isPurchaseCompleted);

/** Contracts of the events that come in through the collector. */
export const behaviourIngestContracts = [
  schemaContract(types.pageViewed, isPageViewed),
  schemaContract(types.searchPerformed, isSearchPerformed),
  schemaContract(types.productViewed, isProductViewed),
  schemaContract(types.cartItemAdded, isCartItemAdded),
  purchaseCompleted,
  schemaContract(types.screenViewed, isScreenViewed),
  schemaContract(types.actionTracked, isActionTracked),
  schemaContract(types.visitorIdentified, isVisitorIdentified),
  schemaContract(types.visitorGrouped, isVisitorGrouped),
  schemaContract(types.visitorAliased, isVisitorAliased),
] as const satisfies readonly EventContract[];

/** Judges events that come in. */
export const parseBehaviourEvent = eventParser(behaviourIngestContracts);
