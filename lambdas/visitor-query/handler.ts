import type { SessionProfile } from '../../domains/behaviour/aggregates/session-profile.ts';
import { readFoldItem } from '../adapters/read-fold-item.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { type HttpAnswer, type HttpRequest, json, problem } from '../runtime/http.ts';

/** `GET /visitors/{id}`: the profile of a visitor, and whether the visitor's events are parked. */
export async function handler(request: HttpRequest): Promise<HttpAnswer> {
  const visitorId = request.pathParameters?.id ?? '';
  const table = { name: textVariable('STATE_TABLE'), keyAttribute: 'visitorId' };
  const item = visitorId ? await readFoldItem<SessionProfile>(dynamodbClient(), table, visitorId) : undefined;
  if (!item)
    return problem({ status: 404, title: 'Unknown visitor', detail: `no event of '${visitorId}' has arrived` });
  return json(200, { ...item.state, counts: item.counts, ...(item.parked && { parked: item.parked }) });
}
