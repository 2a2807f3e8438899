import { MAX_SUBJECT_CHARS } from '../../core/index.ts';
import type { SessionProfile } from '../../domains/behaviour/aggregates/session-profile.ts';
import { readFoldItem } from '../adapters/read-fold-item.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { answering, type HttpAnswer, type HttpRequest, json, RequestProblem } from '../runtime/http.ts';
import { inTime } from '../runtime/in-time.ts';

/** `GET /visitors/{id}`: the profile of a visitor, and whether the visitor's events are parked. */
export const handler = inTime(async (request: HttpRequest): Promise<HttpAnswer> => {
  return answering(async () => {
    const visitorId = request.pathParameters?.id ?? '';
    const table = { name: textVariable('STATE_TABLE'), keyAttribute: 'visitorId' };
    const isPossible = visitorId !== '' && visitorId.length <= MAX_SUBJECT_CHARS;
    const item = isPossible ? await readFoldItem<SessionProfile>(dynamodbClient(), table, visitorId) : undefined;
    if (item) return json(200, { ...item.state, counts: item.counts, ...(item.parked && { parked: item.parked }) });
    const reason = 'no event of this visitor has arrived';
    throw new RequestProblem({ status: 404, title: 'Unknown visitor', field: 'id', value: visitorId, reason });
  });
});
