import type { CloudEvent } from '../../core/index.ts';
import type { CarriedOut } from '../cloud/watched-cloud.ts';

/** A fact that the bus took, in the order in which it took them. */
export type PublishedFact = CloudEvent<Readonly<Record<string, unknown>>>;

interface PutEventsEntry {
  readonly Detail: string;
}

/** The facts among what one call put on the bus. */
export function publishedFacts({ operation, input, answer }: CarriedOut): PublishedFact[] {
  if (operation !== 'PutEvents' || answer === undefined) return [];
  const { Entries: results } = answer as { Entries: readonly { EventId?: string }[] }; // PutEvents' answer
  const entries = input.Entries as readonly PutEventsEntry[]; // it was taken
  return entries.flatMap(({ Detail }, index) => {
    if (!results[index]?.EventId) return [];
    const detail: PublishedFact = JSON.parse(Detail);
    return detail.specversion === undefined ? [] : [detail];
  });
}
