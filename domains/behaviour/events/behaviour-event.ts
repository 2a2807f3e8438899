import type { CloudEvent, TypedEvent } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import type {
  ActionTracked,
  CartAbandoned,
  CartItemAdded,
  PageViewed,
  ProductViewed,
  PurchaseCompleted,
  PurchaseMade,
  ScreenViewed,
  SearchPerformed,
  SessionStarted,
  VisitorAliased,
  VisitorGrouped,
  VisitorIdentified,
} from './generated/data-types.ts';

/** What visitors do, and what is learned of them: the events that come in. */
export type BehaviourEvent =
  | TypedEvent<typeof types.pageViewed, PageViewed>
  | TypedEvent<typeof types.searchPerformed, SearchPerformed>
  | TypedEvent<typeof types.productViewed, ProductViewed>
  | TypedEvent<typeof types.cartItemAdded, CartItemAdded>
  | TypedEvent<typeof types.purchaseCompleted, PurchaseCompleted>
  | TypedEvent<typeof types.screenViewed, ScreenViewed>
  | TypedEvent<typeof types.actionTracked, ActionTracked>
  | TypedEvent<typeof types.visitorIdentified, VisitorIdentified>
  | TypedEvent<typeof types.visitorGrouped, VisitorGrouped>
  | TypedEvent<typeof types.visitorAliased, VisitorAliased>;

/** What follows from it: the facts that go to the bus. */
export type BehaviourFact =
  | TypedEvent<typeof types.sessionStarted, SessionStarted>
  | TypedEvent<typeof types.cartAbandoned, CartAbandoned>
  | TypedEvent<typeof types.purchaseMade, PurchaseMade>;

const ingestTypes: ReadonlySet<string> = new Set<BehaviourEvent['type']>([
  types.pageViewed,
  types.searchPerformed,
  types.productViewed,
  types.cartItemAdded,
  types.purchaseCompleted,
  types.screenViewed,
  types.actionTracked,
  types.visitorIdentified,
  types.visitorGrouped,
  types.visitorAliased,
]);

/** Whether an event, whose data has been judged by its contract, is one that visitors cause. */
export function isBehaviourEvent(event: CloudEvent): event is BehaviourEvent {
  return ingestTypes.has(event.type);
}
