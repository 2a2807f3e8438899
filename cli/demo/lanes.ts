/**
 * Sends events as their producers would: each subject's events one after another, different subjects side by side.
 * A lane carries the subjects that hash to it, one request at a time; what queues up meanwhile goes in the next one.
 */
import { postJson } from '../http-client.ts';

/** Connections of the demo's producers. */
const LANES = 16;
const LARGEST_BATCH = 200;

export interface OutgoingEvent {
  readonly subject: string;
  readonly event: unknown;
}

/** What the collector answered, event by event. */
export interface Answered {
  accepted: number;
  quarantined: number;
  refused: number;
  /** Events whose request failed for good: nobody knows whether they arrived. */
  unanswered: number;
}

export interface Lanes {
  readonly answered: Readonly<Answered>;
  readonly waiting: number;
  push(outgoing: OutgoingEvent): void;
  /** Resolves when nothing is waiting any more. */
  drain(): Promise<void>;
}

interface Lane {
  queue: unknown[];
  sending: Promise<void> | undefined;
}

/** @param count how many requests are under way at most @default 16 */
export function openLanes(eventsUrl: string, count = LANES): Lanes {
  const lanes: Lane[] = Array.from({ length: count }, () => ({ queue: [], sending: undefined }));
  const answered: Answered = { accepted: 0, quarantined: 0, refused: 0, unanswered: 0 };

  const run = async (lane: Lane) => {
    await undefined; // what is pushed together goes together
    while (lane.queue.length > 0) await sendBatch(eventsUrl, lane.queue.splice(0, LARGEST_BATCH), answered);
    lane.sending = undefined;
  };

  return {
    answered,
    get waiting() {
      return lanes.reduce((sum, lane) => sum + lane.queue.length, 0);
    },
    push({ subject, event }) {
      const lane = lanes[hashOf(subject) % count] as Lane; // there are so many
      lane.queue.push(event);
      lane.sending ??= run(lane);
    },
    async drain() {
      while (lanes.some(lane => lane.sending)) await Promise.all(lanes.map(lane => lane.sending));
    },
  };
}

function hashOf(subject: string): number {
  let hash = 0;
  for (let i = 0; i < subject.length; i++) hash = (Math.imul(hash, 31) + subject.charCodeAt(i)) >>> 0;
  return hash;
}

async function sendBatch(eventsUrl: string, events: readonly unknown[], answered: Answered): Promise<void> {
  try {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const reply = await postJson(eventsUrl, JSON.stringify(events), { headers });
    const counts = reply.body as Partial<Answered> | null;
    answered.accepted += counts?.accepted ?? 0;
    answered.quarantined += counts?.quarantined ?? 0;
    answered.refused += counts?.refused ?? 0;
  } catch {
    answered.unanswered += events.length;
  }
}
