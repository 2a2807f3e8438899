/**
 * What tells an event apart, in six words of 32 bits: four of its id, the hash of its content (type, source, subject, time as
 * told, and data) and that of its acceptance, 0 without one. And its time, as nobody who needs the one does without the other.
 */
import type { CloudEvent } from './cloud-event.ts';
import { eventIdWords } from './event-id.ts';
import { parseRfc3339 } from './rfc3339.ts';
import { toldTime } from './told-time.ts';
import { valueHash } from './value-hash.ts';

export interface EventDigest {
  readonly words: Int32Array;
  /** Epoch ms; NaN when the event's time is none. */
  timeMs: number;
}

export const CONTENT_WORD = 4;
export const ACCEPTANCE_WORD = 5;

/** To be filled in, again and again. */
export function newDigest(): EventDigest {
  return { words: new Int32Array(6), timeMs: 0 };
}

/** Digests an event. @param digest takes it */
export function digestEvent(event: CloudEvent, digest: EventDigest): void {
  const { data, acceptance } = event;
  const { words } = digest;
  const { first, second, third, fourth } = eventIdWords(event.id);
  words[0] = first;
  words[1] = second;
  words[2] = third;
  words[3] = fourth;
  words[CONTENT_WORD] = valueHash(data, valueHash(toldTime(event), namesHash(event)));
  words[ACCEPTANCE_WORD] = acceptance === undefined ? 0 : valueHash(acceptance);
  digest.timeMs = parseRfc3339(event.time) ?? Number.NaN;
}

interface Names {
  readonly source: string;
  readonly subject: string;
  readonly hash: number;
}

const MAX_TYPES = 1000;
/** Of the last event of each type. */
const lastNames = new Map<string, Names>();

/** The hash of an event's type, source and subject: within the batch of a key nearly always that of the event before. */
function namesHash({ type, source, subject }: CloudEvent): number {
  const last = lastNames.get(type);
  if (last !== undefined && last.subject === subject && last.source === source) return last.hash;
  const hash = valueHash(subject, valueHash(source, valueHash(type)));
  if (lastNames.size >= MAX_TYPES) lastNames.clear();
  lastNames.set(type, { source, subject, hash });
  return hash;
}
