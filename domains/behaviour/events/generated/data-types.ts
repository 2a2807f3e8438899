// Generated from the event schemas by domains/generate-events.ts; edit those instead.

/**
 * A visitor did something for which there is no event type of its own.
 */
export interface ActionTracked {
  /**
   * What was done, in the producer's words.
   */
  action: string;
  /**
   * What the producer says about it.
   */
  properties?: {};
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A cart was left without a purchase: its visitor began another session, or stayed away.
 */
export interface CartAbandoned {
  /**
   * Who: the subject of the events that led here.
   */
  visitorId: string;
  /**
   * Id of the event that opened the cart.
   */
  cartId: string;
  /**
   * Different products in the cart.
   */
  products: number;
  /**
   * Pieces in the cart.
   */
  quantity: number;
  /**
   * Worth of the cart, in thousandths of the currency unit.
   */
  amountMilli: number;
  /**
   * ISO 4217 code.
   */
  currency: string;
  /**
   * When the first product was added.
   */
  openedAt: string;
  /**
   * When the cart was last touched.
   */
  idleSince: string;
}

/**
 * A visitor put a product into the cart.
 */
export interface CartItemAdded {
  /**
   * Stock code of the product.
   */
  product: string;
  /**
   * Pieces added.
   */
  quantity: number;
  /**
   * Price per piece; at most three decimals count.
   */
  unitPrice: number;
  /**
   * ISO 4217 code of the price.
   */
  currency: string;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor looked at a page.
 */
export interface PageViewed {
  /**
   * Path or address of the page, without personal query parameters.
   */
  url: string;
  /**
   * Title of the page.
   */
  title?: string;
  /**
   * Where the visitor came from.
   */
  referrer?: string;
  /**
   * How long the page was looked at, in milliseconds.
   */
  dwellMs?: number;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor looked at a product.
 */
export interface ProductViewed {
  /**
   * Stock code of the product.
   */
  product: string;
  /**
   * Category of the product.
   */
  category?: string;
  /**
   * Price that was shown, per piece.
   */
  unitPrice?: number;
  /**
   * ISO 4217 code of the price.
   */
  currency?: string;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor bought something, or gave it back: either one product, or lines.
 */
export interface PurchaseCompleted {
  /**
   * Number of the invoice.
   */
  invoice?: string;
  /**
   * Stock code of the product.
   */
  product?: string;
  /**
   * Pieces; negative for a return, never zero.
   */
  quantity?: number;
  /**
   * Price per piece; counted in thousandths, so at most three decimals count.
   */
  unitPrice?: number;
  /**
   * Lines of the purchase, instead of product, quantity and unitPrice.
   *
   * @minItems 1
   * @maxItems 100
   */
  lines?: PurchaseLine[];
  /**
   * ISO 4217 code of the prices.
   */
  currency: string;
  /**
   * Country of the customer.
   */
  country?: string;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}
/**
 * One line of the purchase.
 */
export interface PurchaseLine {
  /**
   * Stock code of the product.
   */
  product: string;
  /**
   * Pieces; negative for a return, never zero.
   */
  quantity: number;
  /**
   * Price per piece; counted in thousandths, so at most three decimals count.
   */
  unitPrice: number;
}

/**
 * One line of a purchase or of a return, in exact amounts.
 */
export interface PurchaseMade {
  /**
   * Who: the subject of the events that led here.
   */
  visitorId: string;
  /**
   * Number of the invoice.
   */
  invoice?: string;
  /**
   * Stock code of the product.
   */
  product: string;
  /**
   * Pieces; negative for a return.
   */
  quantity: number;
  /**
   * Amount, in thousandths of the currency unit; negative for a return.
   */
  amountMilli: number;
  /**
   * ISO 4217 code.
   */
  currency: string;
  /**
   * Country of the customer.
   */
  country?: string;
  /**
   * UTC day of the purchase.
   */
  day: string;
}

/**
 * A visitor looked at a screen of an app.
 */
export interface ScreenViewed {
  /**
   * Name of the screen.
   */
  name: string;
  /**
   * Category of the screen.
   */
  category?: string;
  /**
   * What the producer says about it.
   */
  properties?: {};
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor searched.
 */
export interface SearchPerformed {
  /**
   * What was searched for, as typed.
   */
  query: string;
  /**
   * How many results were shown.
   */
  results?: number;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor came, for the first time or after a pause.
 */
export interface SessionStarted {
  /**
   * Who: the subject of the events that led here.
   */
  visitorId: string;
  /**
   * Id of the event that began the session.
   */
  sessionId: string;
  /**
   * Which visit of this visitor it is, counted from 1.
   */
  visit: number;
  /**
   * When the session began.
   */
  startedAt: string;
}

/**
 * A visitor is known by another id from now on.
 */
export interface VisitorAliased {
  /**
   * The id until now.
   */
  previousId: string;
  /**
   * The id from now on.
   */
  userId: string;
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor belongs to a group: a company, an account, a team.
 */
export interface VisitorGrouped {
  /**
   * The group.
   */
  groupId: string;
  /**
   * What is known about the group: name, industry, size.
   */
  traits?: {};
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}

/**
 * A visitor said who they are, or something about themselves.
 */
export interface VisitorIdentified {
  /**
   * Who, as the producer's own database knows them.
   */
  userId?: string;
  /**
   * Who, as the tracker knew them before.
   */
  anonymousId?: string;
  /**
   * What is known about them: name, address, plan.
   */
  traits?: {};
  /**
   * What a tracker said beyond the other fields; absent when the event came from no tracker.
   */
  tracked?: {
    /**
     * The tracker's own id of the message; the event's id is made from it.
     */
    messageId?: string;
    /**
     * Who, as the producer's own database knows them.
     */
    userId?: string;
    /**
     * Who, as the tracker knows them before they say who they are.
     */
    anonymousId?: string;
    /**
     * Properties of the message that no other field stands for, as they were sent.
     */
    properties?: {};
    /**
     * Where the message came from (page, campaign, device, library), as it was sent.
     */
    context?: {};
  };
}
