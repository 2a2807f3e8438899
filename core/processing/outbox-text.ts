import type { CloudEvent } from '../events/cloud-event.ts';

/** By the very list that a write holds: it is made once and never changed. */
const texts = new WeakMap<readonly CloudEvent[], readonly string[]>();

/** Says what the JSON of an outbox's first events is, for whoever has made it already: measuring it takes its text too. */
export function keepOutboxTexts(outbox: readonly CloudEvent[], ofFirst: readonly string[]): void {
  texts.set(outbox, ofFirst);
}

/** The JSON of each event of an outbox, made at most once. */
export function outboxTexts(outbox: readonly CloudEvent[]): readonly string[] {
  const known = texts.get(outbox) ?? [];
  return outbox.map((event, index) => known[index] ?? JSON.stringify(event));
}
