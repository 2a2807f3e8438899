/** `POST /v1/{call}`: messages of Segment's tracking protocol, so that trackers work by changing a host name. */
import { type EventParser, eventProblem, portableJsonProblem, refused } from '../../core/index.ts';
import { eventOfMessage } from '../../domains/behaviour/segment/event-of-message.ts';
import type { SegmentDelivery } from '../../domains/behaviour/segment/segment-message.ts';
import type { HttpAnswer, HttpRequest } from '../runtime/http.ts';
import { type CollectDependencies, type CollectReport, collect } from './collect.ts';
import { preflightAnswer, refusalAnswer, reportAnswer } from './segment-answer.ts';
import { MAX_MESSAGE_BYTES, readSegmentRequest, type SegmentRequest } from './segment-request.ts';

export interface SegmentDependencies extends CollectDependencies {
  readonly writeKeys: ReadonlySet<string>;
  /** Told of what became of the messages. */
  readonly count: (report: CollectReport) => void;
}

/** Wrong messages are quarantined; old ones are taken, for trackers fill in the past and were offline. */
const OPTIONS = { onInvalid: 'quarantine', backfill: true } as const;

export async function answerSegment(request: HttpRequest, dependencies: SegmentDependencies): Promise<HttpAnswer> {
  if (request.requestContext.http.method === 'OPTIONS') return preflightAnswer();
  let read: SegmentRequest;
  try {
    read = readSegmentRequest(request, dependencies.writeKeys);
  } catch (error) {
    return refusalAnswer(error);
  }
  const delivery = { ...read.delivery, receivedAtMs: dependencies.clock.now() };
  const report = await collect(read.messages, OPTIONS, {
    ...dependencies,
    parse: messageParser(delivery, dependencies),
  });
  dependencies.count(report);
  return reportAnswer(report, read.messages);
}

/** Judges messages as the events that they stand for. */
function messageParser(delivery: SegmentDelivery, { ids, parse }: SegmentDependencies): EventParser {
  const rules = { ...delivery, newId: () => ids.ulid() };
  return message => {
    const unportable = portableJsonProblem(message);
    if (unportable) return refused(unportable);
    const sizeBytes = Buffer.byteLength(JSON.stringify(message));
    if (sizeBytes > MAX_MESSAGE_BYTES) {
      const reason = `a message must be at most ${MAX_MESSAGE_BYTES} bytes, received ${sizeBytes}`;
      return refused(eventProblem('', sizeBytes, reason));
    }
    const event = eventOfMessage(message, rules);
    return event.ok ? parse(event.value) : event;
  };
}
