/** The event types of the behaviour domain, by name. */
export const behaviourEventTypes = {
  pageViewed: 'behaviour.page.viewed.v1',
  searchPerformed: 'behaviour.search.performed.v1',
  productViewed: 'behaviour.product.viewed.v1',
  cartItemAdded: 'behaviour.cart.item-added.v1',
  purchaseCompleted: 'behaviour.purchase.completed.v1',
  screenViewed: 'behaviour.screen.viewed.v1',
  actionTracked: 'behaviour.action.tracked.v1',
  visitorIdentified: 'behaviour.visitor.identified.v1',
  visitorGrouped: 'behaviour.visitor.grouped.v1',
  visitorAliased: 'behaviour.visitor.aliased.v1',
  sessionStarted: 'behaviour.session.started.v1',
  cartAbandoned: 'behaviour.cart.abandoned.v1',
  purchaseMade: 'behaviour.purchase.made.v1',
} as const;
