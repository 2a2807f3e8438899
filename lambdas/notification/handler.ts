import { type Notifications, type TripOutcome, tripNotification } from '../../domains/travel/saga/notification.ts';
import { dynamodbNotifications } from '../adapters/notifications-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';

/** What the state machine asks for. */
export interface NotificationTask {
  readonly step: 'notify';
  readonly tripId: string;
  readonly traveller: string;
  readonly outcome: TripOutcome;
  readonly reason?: string;
}

/** The last step of every saga: it counts them, once each. */
const metrics = hopMetrics('trip-booking');
const notifications = once(
  (): Notifications => dynamodbNotifications(dynamodbClient(), textVariable('NOTIFICATIONS_TABLE'), systemClock),
);

/** Tells the traveller, once. */
export const handler = inTime(async (task: NotificationTask): Promise<{ tripId: string; notified: boolean }> => {
  const isNew = await notifications().send(tripNotification(task, task.outcome, task.reason));
  if (isNew) metrics(task.outcome === 'confirmed' ? { SagaCompleted: 1 } : { SagaCompensated: 1 });
  return { tripId: task.tripId, notified: true };
});
