import type { Notification } from './notification.ts';
import type { Subscription } from './topic.ts';

/** A message on its way to one subscriber. */
export interface DeliveryUnderWay {
  readonly subscription: Subscription;
  readonly notification: Notification;
  /** Tries that have failed. */
  retries: number;
  /** When the next try is due, or the one that is being made was. */
  dueMs: number;
}

/** One message goes to one subscription once. */
export function deliveryKey({ subscription, notification }: DeliveryUnderWay): string {
  return `${notification.messageId} ${subscription.arn}`;
}
