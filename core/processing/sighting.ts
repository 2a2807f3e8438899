import type { CloudEvent } from '../events/cloud-event.ts';
import { digestEvent, type EventDigest, newDigest } from '../events/event-digest.ts';
import { type IdWords, keepEventIdWords } from '../events/event-id.ts';
import { keepRfc3339 } from '../events/rfc3339.ts';
import { idTimeIn } from './id-page.ts';
import { type Imprint, imprintIn } from './imprint.ts';

/** An event as the memory of a fold takes it, with the words of its id. */
export interface Sighting extends IdWords {
  readonly imprint: Imprint;
  /** The time in its id, in the units of `IdSpan`. */
  readonly idTime: number;
  /** When it happened, epoch ms; NaN when its time is none. */
  readonly timeMs: number;
}

/** Made by a constructor, as decoded records are (lambdas/runtime/decode-records.ts), and flat: there is one for every event. */
class DigestSighting implements Sighting {
  readonly imprint: Imprint;
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
  readonly timeMs: number;

  constructor(digest: EventDigest) {
    const { words, timeMs } = digest;
    this.imprint = imprintIn(digest);
    this.first = words[0] ?? 0;
    this.second = words[1] ?? 0;
    this.third = words[2] ?? 0;
    this.fourth = words[3] ?? 0;
    this.timeMs = timeMs;
  }

  get idTime(): number {
    return idTimeIn(this);
  }
}

const scratch = /* @__PURE__ */ newDigest();

/** What is remembered of an event. */
export function sight(event: CloudEvent): Sighting {
  digestEvent(event, scratch);
  return sightingIn(scratch);
}

/** The same, of an event that was digested. */
export function sightingIn(digest: EventDigest): Sighting {
  return new DigestSighting(digest);
}

/** Lets who reads the time or the id of a sighted event next have them at once: most states depend on the one, ids of facts on the other. */
export function keepSight({ id, time }: CloudEvent, sighting: Sighting): void {
  const { timeMs } = sighting;
  keepEventIdWords(id, sighting);
  if (!Number.isNaN(timeMs)) keepRfc3339(time, timeMs);
}
