import type { CloudEvent } from '../events/cloud-event.ts';

/** By the very list that a write holds: it is made once and never changed. */
const texts = new WeakMap<readonly CloudEvent[], readonly string[]>();

/** Says what the JSON of each event of an outbox is, for whoever has made it already: measuring it takes its text too. */
export function keepOutboxTexts(outbox: readonly CloudEvent[], ofEach: readonly string[]): void {
  texts.set(outbox, ofEach);
}

/** The JSON of each event of an outbox, made at most once. */
export function outboxTexts(outbox: readonly CloudEvent[]): readonly string[] {
  return texts.get(outbox) ?? outbox.map(event => JSON.stringify(event));
}
