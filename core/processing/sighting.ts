import type { CloudEvent } from '../events/cloud-event.ts';
import { eventIdWords } from '../events/event-id.ts';
import { idTimeIn } from './id-page.ts';
import { type Imprint, imprintWith } from './imprint.ts';

/** An event as the memory of a fold takes it. */
export interface Sighting {
  readonly imprint: Imprint;
  /** The time in its id, in the units of `IdSpan`. */
  readonly idTime: number;
  /** The lowest 32 bits of its id: random in nearly all ids, so that few events have to be looked at twice. */
  readonly idWord: number;
}

/** What is remembered of an event. */
export function sight(event: CloudEvent): Sighting {
  const words = eventIdWords(event.id);
  return { imprint: imprintWith(event, words), idTime: idTimeIn(words), idWord: words[3] };
}
