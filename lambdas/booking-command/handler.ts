import { dynamodbEventStore } from '../adapters/event-store-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import {
  answering,
  bodyText,
  type HttpAnswer,
  type HttpRequest,
  header,
  json,
  parseJson,
  problem,
} from '../runtime/http.ts';
import { inTime } from '../runtime/in-time.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { type BookingDependencies, type BookingRequest, bookTrip } from './book-trip.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** W3C Trace Context, version 00. Anything else is ignored, as the specification asks. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const metrics = hopMetrics('booking-command');
const dependencies = once(
  (): BookingDependencies => ({
    events: dynamodbEventStore(dynamodbClient(), textVariable('TRIP_EVENTS_TABLE'), 'tripId'),
    clock: systemClock,
    ids: systemIds,
  }),
);

/** `POST /trips`: asks for a trip. 202 says that it was recorded; `GET /trips/{id}` says what became of it. */
export const handler = inTime(async (request: HttpRequest): Promise<HttpAnswer> => {
  return answering(async () => {
    const booked = await bookTrip(readRequest(request), dependencies());
    if (booked.ok) {
      metrics(booked.value.isNew ? { Accepted: 1 } : { Duplicate: 1 });
      const { tripId } = booked.value;
      return json(202, { tripId, status: 'requested', location: `/trips/${tripId}` });
    }
    metrics({ Refused: 1 });
    const { kind, ...details } = booked.problem;
    return problem({
      status: kind === 'conflict' ? 409 : 422,
      title: kind === 'conflict' ? 'Trip exists with other content' : 'Invalid booking',
      detail: details.field ? `${details.field}: ${details.reason}` : details.reason,
      ...details,
    });
  });
});

function readRequest(request: HttpRequest): BookingRequest {
  const idempotencyKey = header(request, 'idempotency-key');
  const traceparent = header(request, 'traceparent');
  return {
    body: parseJson(bodyText(request, MAX_BODY_BYTES)),
    ...(idempotencyKey ? { idempotencyKey } : {}),
    ...(traceparent && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  };
}
