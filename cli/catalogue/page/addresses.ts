import { allConsumers, type Catalogue } from '../catalogue.ts';
import { EVENT_ID } from '../flow/event-way.ts';
import type { LineageNode } from '../lineage/lineage.ts';

/** Where the pages of the catalogue are, relative to its root; types are lower-case letters, digits, dots and hyphens. */
export const INDEX_PAGE = 'index.html';

/** The page of a type. */
export function eventPage(type: string): string {
  return `events/${encodeURIComponent(type)}.html`;
}

/** The id of a consumer's row on the index page. */
export function consumerAnchor(name: string): string {
  return `consumer-${name}`;
}

/** Where the boxes of drawings lead, from a page whose way to the root is `root`: types and consumers have places. */
export function nodeAddresses(catalogue: Catalogue, root: string): (node: LineageNode) => string | undefined {
  const consumers = new Map(allConsumers(catalogue).map(({ part }) => [part.id, part.name]));
  return ({ id, kind }) => {
    if (kind === 'event') return `${root}${eventPage(id.slice(EVENT_ID.length))}`;
    const name = consumers.get(id);
    return name === undefined ? undefined : `${root}${INDEX_PAGE}#${consumerAnchor(name)}`;
  };
}
