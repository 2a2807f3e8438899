import { MAX_SUBJECT_CHARS } from '../../core/index.ts';
import { tripStatus } from '../../domains/travel/projections/trip-view.ts';
import { readTrip } from '../adapters/trips-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { answering, type HttpAnswer, type HttpRequest, json, RequestProblem } from '../runtime/http.ts';
import { inTime } from '../runtime/in-time.ts';

/** `GET /trips/{id}`: where a trip stands, and what happened to it. */
export const handler = inTime(async (request: HttpRequest): Promise<HttpAnswer> => {
  return answering(async () => {
    const tripId = request.pathParameters?.id ?? '';
    const isPossible = tripId !== '' && tripId.length <= MAX_SUBJECT_CHARS;
    const view = isPossible ? await readTrip(dynamodbClient(), textVariable('TRIPS_TABLE'), tripId) : undefined;
    if (view) return json(200, { ...view, status: tripStatus(view) });
    throw new RequestProblem({
      status: 404,
      title: 'Unknown trip',
      field: 'id',
      value: tripId,
      reason: 'no such trip is known',
    });
  });
});
