/** What a traveller is told about a trip; the same trip and outcome are told once. */
export interface TripNotification {
  readonly notificationId: string;
  readonly tripId: string;
  readonly traveller: string;
  readonly outcome: TripOutcome;
  readonly text: string;
}

export type TripOutcome = 'confirmed' | 'cancelled';

/** Keeps and sends notifications. */
export interface Notifications {
  /** @returns whether it was sent now: `false` when it had been sent before */
  send(notification: TripNotification): Promise<boolean>;
}

/** The words for an outcome. */
export function tripNotification(
  trip: { readonly tripId: string; readonly traveller: string },
  outcome: TripOutcome,
  reason?: string,
): TripNotification {
  const { tripId, traveller } = trip;
  const text =
    outcome === 'confirmed'
      ? `${traveller}, your trip ${tripId} is booked.`
      : `${traveller}, we could not book your trip ${tripId}${reason ? ` (${reason})` : ''}. Nothing was charged.`;
  return { notificationId: `${tripId}#${outcome}`, tripId, traveller, outcome, text };
}
