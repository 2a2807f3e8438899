import type { CloudEvent, QuarantinedRecord } from '../../core/index.ts';
import type { BusMessage } from './bus-message.ts';
import { fingerprint } from './fingerprint.ts';

/** An event whose id stands for other content already, as it goes into the quarantine: the same at every delivery. */
export function conflictingEvent(hop: string, message: BusMessage, event: CloudEvent): QuarantinedRecord {
  const sentAtMs = Number(message.attributes?.SentTimestamp ?? 0);
  return {
    id: `${hop}-${event.id}-${fingerprint(event)}`,
    quarantinedAt: new Date(sentAtMs).toISOString(),
    hop,
    field: 'id',
    reason: `event id ${event.id} was consumed before, with other content`,
    received: event,
    origin: { messageId: message.messageId },
  };
}
