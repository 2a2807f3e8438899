import type { CloudEvent } from '../events/cloud-event.ts';
import { digestEvent, type EventDigest, newDigest } from '../events/event-digest.ts';
import { type IdWords, keepEventIdWords } from '../events/event-id.ts';
import { keepRfc3339 } from '../events/rfc3339.ts';
import { idTimeIn } from './id-page.ts';
import { type Imprint, imprintIn } from './imprint.ts';

/** An event as the memory of a fold takes it. */
export interface Sighting {
  readonly imprint: Imprint;
  /** The time in its id, in the units of `IdSpan`. */
  readonly idTime: number;
  /** Of its id. */
  readonly idWords: IdWords;
  /** When it happened, epoch ms; NaN when its time is none. */
  readonly timeMs: number;
}

const scratch = /* @__PURE__ */ newDigest();

/** What is remembered of an event. */
export function sight(event: CloudEvent): Sighting {
  digestEvent(event, scratch);
  return sightingIn(scratch);
}

/** The same, of an event that was digested. */
export function sightingIn(digest: EventDigest): Sighting {
  const { words, timeMs } = digest;
  const first = words[0] ?? 0;
  const second = words[1] ?? 0;
  const idWords = [first, second, words[2] ?? 0, words[3] ?? 0] as const;
  return { imprint: imprintIn(digest), idTime: idTimeIn(first, second), idWords, timeMs };
}

/** Lets who reads the time or the id of a sighted event next have them at once: most states depend on the one, ids of facts on the other. */
export function keepSight({ id, time }: CloudEvent, { idWords, timeMs }: Sighting): void {
  keepEventIdWords(id, idWords);
  if (!Number.isNaN(timeMs)) keepRfc3339(time, timeMs);
}
