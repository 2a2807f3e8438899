import { tripStatus } from '../../domains/travel/projections/trip-view.ts';
import { readTrip } from '../adapters/trips-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { type HttpAnswer, type HttpRequest, json, problem } from '../runtime/http.ts';

/** `GET /trips/{id}`: where a trip stands, and what happened to it. */
export async function handler(request: HttpRequest): Promise<HttpAnswer> {
  const tripId = request.pathParameters?.id ?? '';
  const view = tripId ? await readTrip(dynamodbClient(), textVariable('TRIPS_TABLE'), tripId) : undefined;
  if (!view) return problem({ status: 404, title: 'Unknown trip', detail: `nothing is known of trip '${tripId}'` });
  return json(200, { ...view, status: tripStatus(view) });
}
