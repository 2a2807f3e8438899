import type { CloudEvent, EventParser, EventProblem, Result } from '../../core/index.ts';
import { eventProblem, refused } from '../../core/index.ts';

/** Reads the event out of a message that an EventBridge rule put into a queue: the whole CloudEvent is its `detail`. */
export function readBusMessage(body: string, parse: EventParser): Result<CloudEvent, EventProblem> {
  try {
    const envelope: unknown = JSON.parse(body);
    if (typeof envelope === 'object' && envelope !== null && 'detail' in envelope) return parse(envelope.detail);
    return refused(eventProblem('detail', undefined, 'is required: the message must come from an EventBridge rule'));
  } catch {
    return refused(eventProblem('', undefined, 'the message is not JSON'));
  }
}
